#include "switchd/flow/action.hh"

#include <gtest/gtest.h>

#include "switchd/flow/flow_key.hh"
#include "tests/switchd/packets.hh"

namespace flowbed::sw {
namespace {

const PortNamer kNamer = [](PortNo port) { return "p" + std::to_string(to_number(port)); };

TEST(Action, FormatsAListAndNothing) {
  EXPECT_EQ(format_actions({}, kNamer), "drop");
  EXPECT_EQ(format_actions({Action::output(PortNo{2}), Action::push_vlan(vlan_tag(5, 3)),
                            Action::output(PortNo{3}), Action::pop_vlan()},
                           kNamer),
            "output(p2),push_vlan(5),output(p3),pop_vlan");
}

TEST(Action, FormatCountsWhatIsBeyondTheLimit) {
  const ActionList actions(5, Action::output(PortNo{1}));
  EXPECT_EQ(format_actions(actions, kNamer, 2), "output(p1),output(p1),… 3 more");
}

TEST(Action, FormatsEveryKind) {
  const ActionList actions{Action::push_mpls(0x8847, 5u << 12 | 3u << 9 | 64),
                           Action::pop_mpls(0x0800),
                           Action::push_pbb(0x60000123),
                           Action::pop_pbb(),
                           Action::meter(3),
                           Action::punt(1),
                           Action::recirculate(2)};
  EXPECT_EQ(
      format_actions(actions, kNamer),
      "push_mpls(0x8847,label=5,tc=3,ttl=64),pop_mpls(0x0800),push_pbb(isid=291),pop_pbb,meter(3),controller,"
      "recirculate(2)");
}

TEST(Action, FormatsClonesWithinClones) {
  const Action out = Action::output(PortNo{1});
  const ActionList actions{Action::clone(4), out, Action::clone(1), Action::pop_vlan(), out, out};
  EXPECT_EQ(format_actions(actions, kNamer), "clone(output(p1),clone(pop_vlan),output(p1)),output(p1)");
  EXPECT_EQ(format_actions({Action::clone(9), out}, kNamer), "clone(output(p1))");
}

TEST(Action, JoinsTheChunksOfAField) {
  const ActionList actions{Action::set(18, 0x0a00, 0xffff), Action::set(19, 0x0002, 0xffff),
                           Action::set(4, 0x0000, 0xffff),  Action::set(5, 0x0000, 0xffff),
                           Action::set(6, 0x0002, 0xffff),  Action::output(PortNo{1})};
  EXPECT_EQ(format_actions(actions, kNamer), "set(nw_dst=10.0.0.2),set(dl_dst=00:00:00:00:00:02),output(p1)");
}

TEST(Action, ThePacketTellsHowToCallWhatIsSet) {
  const ActionList actions{Action::set(15, 80, 0xffff)};
  FlowKey udp{};
  udp.f.eth_type = flow_key_u16(FLOW_ETH_TYPE_IPV6);
  udp.f.ip_proto = 17;
  EXPECT_EQ(format_actions(actions, kNamer), "set(tcp_dst=80)");
  EXPECT_EQ(format_actions(actions, kNamer, SIZE_MAX, &udp), "set(udp_dst=80)");
}

TEST(Action, WhatNoFieldClaimsIsShownAsItIs) {
  EXPECT_EQ(format_actions({Action::set(7, 0x0100, 0x7f00)}, kNamer), "set(key[7]=0x0100/0x7f00)");
}

}  // namespace
}  // namespace flowbed::sw
