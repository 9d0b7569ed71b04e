#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "tests/switchd/slowpath/pipeline/syntax/syntax_faults.hh"

namespace flowbed::sw {
namespace {

using testing::HasSubstr;

std::string again(std::string_view text, std::string_view match = "") {
  const Match of = parse_match(match);
  return format_instructions(parse_instructions(text, {}, &of));
}
std::string fault(std::string_view text) {
  return fault_of([&] { parse_instructions(text); });
}
OfAction only(std::string_view text) {
  const OfActions actions = parse_actions(text);
  EXPECT_EQ(actions.size(), 1u) << text;
  return actions.at(0);
}

TEST(ActionText, SaysWhereAPacketGoes) {
  EXPECT_EQ(again("output:2"), "output:2");
  EXPECT_EQ(again("2,3"), "output:2,output:3");
  EXPECT_EQ(again("normal,FLOOD,all,LOCAL,in_port"), "NORMAL,FLOOD,ALL,LOCAL,IN_PORT");
  EXPECT_EQ(again("output:LOCAL"), "LOCAL");
  EXPECT_EQ(again("CONTROLLER"), "CONTROLLER:65535");
  EXPECT_EQ(again("controller:128"), "CONTROLLER:128");
  EXPECT_EQ(again("output(port=controller,max_len=64)"), "CONTROLLER:64");
  EXPECT_EQ(again("controller(reason=no_match,max_len=128,id=5)"),
            "controller(max_len=128,reason=no_match,id=5)");
  EXPECT_EQ(again("enqueue:1:2"), "enqueue:1:2");
  EXPECT_EQ(again("enqueue(1,2)"), "enqueue:1:2");
  EXPECT_EQ(again("output:NXM_NX_REG0[0..15]"), "output:NXM_NX_REG0[0..15]");
  EXPECT_EQ(again("output:reg1"), "output:NXM_NX_REG1[]");
  EXPECT_EQ(again("resubmit(,1),resubmit:3,resubmit(4,5),resubmit:IN_PORT"),
            "resubmit(,1),resubmit:3,resubmit(4,5),resubmit:IN_PORT");
  EXPECT_EQ(again("group:7,set_queue:3,pop_queue,exit"), "group:7,set_queue:3,pop_queue,exit");
  EXPECT_EQ(again("note:00.A1.ff"), "note:00.a1.ff");
  EXPECT_EQ(again("conjunction(5, 1/2)"), "conjunction(5,1/2)");
}

TEST(ActionText, DropsByDoingNothing) {
  EXPECT_EQ(again("drop"), "drop");
  EXPECT_EQ(again(""), "drop");
  EXPECT_TRUE(parse_actions("drop").empty());
  EXPECT_THAT(fault("drop,output:1"), HasSubstr("\"output:1\": drop must stand alone"));
  EXPECT_THAT(fault("output:1,drop"), HasSubstr("\"drop\": drop must stand alone"));
}

TEST(ActionText, SaysHowAPacketChanges) {
  EXPECT_EQ(again("mod_vlan_vid:5,mod_vlan_pcp:3,strip_vlan"), "mod_vlan_vid:5,mod_vlan_pcp:3,pop_vlan");
  EXPECT_EQ(again("push_vlan:0x8100,set_field:5->vlan_vid"), "push_vlan:0x8100,set_field:0x1005->vlan_vid");
  EXPECT_EQ(again("set_vlan_vid:5,set_vlan_pcp:3"), "set_field:0x1005->vlan_vid,set_field:3->vlan_pcp");
  EXPECT_EQ(again("mod_dl_src:00:00:00:00:00:01"), "set_field:00:00:00:00:00:01->eth_src");
  EXPECT_EQ(again("mod_nw_dst:10.0.0.2"), "set_field:10.0.0.2->ip_dst");
  EXPECT_EQ(again("set_field:fd00::1->ipv6_src"), "set_field:fd00::1->ipv6_src");
  EXPECT_EQ(again("set_field:0x1/0xf->reg0"), "set_field:0x1/0xf->reg0");
  EXPECT_EQ(again("set_field:10.0.0.1->OXM_OF_IPV4_SRC"), "set_field:10.0.0.1->ip_src");
  EXPECT_EQ(again("mod_nw_tos:184,mod_nw_ecn:1,mod_nw_ttl:64"),
            "set_field:184->nw_tos,set_field:1->nw_ecn,mod_nw_ttl:64");
  EXPECT_EQ(again("dec_ttl,dec_ttl(1,2),copy_ttl_out,copy_ttl_in"),
            "dec_ttl,dec_ttl(1,2),copy_ttl_out,copy_ttl_in");
  EXPECT_EQ(
      again("push_mpls:0x8847,set_mpls_label:100,set_mpls_tc:3,set_mpls_ttl:9,dec_mpls_ttl,pop_mpls:0x0800"),
      "push_mpls:0x8847,set_field:100->mpls_label,set_field:3->mpls_tc,set_mpls_ttl(9),dec_mpls_ttl,"
      "pop_mpls:0x0800");
  EXPECT_EQ(again("push_pbb:0x88e7,pop_pbb"), "push_pbb:0x88e7,pop_pbb");
  EXPECT_EQ(again("set_tunnel:5,set_tunnel64:0x500000000"), "set_tunnel:0x5,set_tunnel64:0x500000000");
  EXPECT_EQ(again("load:5->NXM_NX_REG0[0..15],load:1->OXM_OF_METADATA[3]"),
            "load:0x5->NXM_NX_REG0[0..15],load:0x1->OXM_OF_METADATA[3]");
  EXPECT_EQ(again("move:NXM_OF_ETH_SRC[]->eth_dst,move:NXM_OF_IN_PORT[]->NXM_NX_REG0[0..15]"),
            "move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],move:NXM_OF_IN_PORT[]->NXM_NX_REG0[0..15]");
}

TEST(ActionText, PortsOfTcpAndUdpDependOnThePacket) {
  EXPECT_EQ(again("mod_tp_src:80", "tcp"), "set_field:80->tcp_src");
  EXPECT_EQ(again("mod_tp_dst:80", "udp6"), "set_field:80->udp_dst");
  EXPECT_EQ(again("set_field:80->tp_dst", "tcp"), "set_field:80->tcp_dst");
  EXPECT_EQ(again("mod_tp_dst:80", "ip"), "mod_tp_dst:80");
  EXPECT_EQ(only("mod_tp_src:80"), (OfAction{of::SetTransport{true, 80}}));
  EXPECT_EQ(again("mod_nw_src:10.0.0.1", "arp"), "set_field:10.0.0.1->arp_spa");
}

TEST(ActionText, Learns) {
  const char* l2 =
      "learn(table=1,hard_timeout=300,priority=10,NXM_OF_VLAN_TCI[0..11],"
      "NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:NXM_OF_IN_PORT[]->NXM_NX_REG0[0..15],"
      "output:NXM_OF_IN_PORT[])";
  EXPECT_EQ(again(l2), l2);
  EXPECT_EQ(again("learn(eth_type=0x800,nw_proto=6,reg0[0..3]=5,load:0x7->reg1,delete_learned,cookie=0x5)"),
            "learn(table=0,cookie=0x5,delete_learned,NXM_OF_ETH_TYPE[]=0x800,NXM_OF_IP_PROTO[]=0x6,"
            "NXM_NX_REG0[0..3]=0x5,load:0x7->NXM_NX_REG1[])");
  const auto learn = std::get<of::Learn>(only("learn(in_port=NXM_OF_IN_PORT[])"));
  EXPECT_EQ(learn.specs.at(0).to.count, 32u) << "a match looks at all of in_port";
}

TEST(ActionText, InstructionsStandInTheirOrder) {
  const char* all =
      "meter:1,output:2,clear_actions,write_actions(group:1,output:3),write_metadata:0x1/0xff,goto_table:5";
  EXPECT_EQ(again(all), all);
  EXPECT_EQ(again("apply_actions(output:1,output:2),goto_table:1"), "output:1,output:2,goto_table:1");
  EXPECT_EQ(again("write_actions(drop)"), "write_actions(drop)");
  EXPECT_EQ(again("write_metadata:5"), "write_metadata:0x5");
  EXPECT_THAT(fault("goto_table:1,output:2"), HasSubstr("\"output:2\": must stand before goto_table"));
  EXPECT_THAT(fault("goto_table:1,goto_table:2"), HasSubstr("\"goto_table:2\": stands there twice"));
  EXPECT_THAT(fault("output:1,meter:1"), HasSubstr("\"meter:1\": must stand before output"));
  EXPECT_THAT(fault_of([] { parse_actions("goto_table:1"); }), HasSubstr("instruction"));
}

TEST(ActionText, FaultsPointAtTheWord) {
  EXPECT_THAT(fault("ouput:1"), HasSubstr("\"ouput:1\": there is no action ouput; did you mean \"output\"?"));
  EXPECT_THAT(fault("s1-eth9"), HasSubstr("there is no action or port s1-eth9"));
  EXPECT_THAT(fault("output:s1-eth9"), HasSubstr("is no port of this switch"));
  EXPECT_THAT(fault("resubmit(,1"), HasSubstr("\"resubmit(,1\": is not closed; add )"));
  EXPECT_THAT(fault("set_field:5->tcp_dest"),
              HasSubstr("there is no field tcp_dest; did you mean \"tcp_dst\"?"));
  EXPECT_THAT(fault("set_field:70000->tcp_dst"), HasSubstr("tcp_dst takes a number from 0 to 65535"));
  EXPECT_THAT(fault("set_field:5"), HasSubstr("lacks its target; write set_field:…->FIELD"));
  EXPECT_THAT(fault("set_field:0x0800->dl_type"), HasSubstr("dl_type cannot be written"));
  EXPECT_THAT(fault("set_field:1/1->nw_ecn"), HasSubstr("takes no mask"));
  EXPECT_THAT(fault("load:5->NXM_NX_REG9[0..1]"), HasSubstr("does not fit into 2 bits"));
  EXPECT_THAT(fault("load:5->NXM_NX_REG0[0..32]"), HasSubstr("names bits of reg0 that it does not have"));
  EXPECT_THAT(fault("move:reg0[]->eth_dst[]"), HasSubstr("moves 32 bits to 48"));
  EXPECT_THAT(fault("mod_vlan_vid:4096"), HasSubstr("takes a number from 0 to 4095"));
  EXPECT_THAT(fault("conjunction(1,3/2)"), HasSubstr("1 <= k <= n"));
  EXPECT_THAT(fault("note:zz"), HasSubstr("bytes in hexadecimal"));
  EXPECT_THAT(fault("learn(output:nothing)"), HasSubstr("there is no field nothing"));
  EXPECT_THAT(fault("pop_vlan:5"), HasSubstr("takes no argument"));
  EXPECT_THAT(fault("controller(reason=nomatch)"), HasSubstr("did you mean \"no_match\"?"));
  EXPECT_THAT(fault("output"), HasSubstr("\"output\": \"\" is no port"));
}

}  // namespace
}  // namespace flowbed::sw
