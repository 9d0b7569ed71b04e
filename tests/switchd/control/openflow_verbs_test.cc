#include "switchd/control/openflow_verbs.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "switchd/control/switch_verbs.hh"
#include "switchd/datapath/userspace/userspace_datapath.hh"
#include "tests/switchd/packets.hh"
#include "tests/switchd/recording_output.hh"

namespace flowbed::sw {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

// A switch s1 with three ports, and its verbs.
class OpenFlowVerbsTest : public testing::Test {
 protected:
  OpenFlowVerbsTest() {
    BridgeConfig config;
    config.name = "s1";
    for (uint32_t i = 1; i <= 3; i++) {
      const std::string name = "s1-eth" + std::to_string(i);
      config.ports.push_back({.number = OfPort{i},
                              .interface = name,
                              .name = name,
                              .ifindex = IfIndex{100 + i},
                              .vlans = {},
                              .peer = ""});
    }
    slow_path_.put_bridge(config,
                          [](IfIndex) { return LinkFacts{.up = true, .mtu = 1500, .shaped = false}; });
  }

  Json call(const std::string& verb, Json params = Json::object()) {
    params["switch"] = "s1";
    Json answer;
    std::exception_ptr fault;
    spawn(store(verb, params, answer), [&](std::exception_ptr e) { fault = e; });
    if (fault) std::rethrow_exception(fault);
    return answer;
  }
  Task<void> store(std::string verb, Json params, Json& answer) {
    answer = co_await verbs_.call(verb, std::move(params));
  }
  std::string fault_of(const std::string& verb, Json params) {
    try {
      call(verb, std::move(params));
    } catch (const Error& fault) {
      return fault.what();
    }
    return "no fault";
  }
  void add(const std::string& flow) { call("add-flow", {{"flow", flow}}); }
  // "table/priority/match/actions"
  std::vector<std::string> rules(const std::string& filter = "") {
    std::vector<std::string> all;
    const Json answer = call("flows", {{"filter", filter}});
    for (const Json& rule : answer.at("rules"))
      all.push_back(rule.at("table").dump() + "/" + rule.at("priority").dump() + "/" +
                    rule.at("match").get<std::string>() + "/" + rule.at("actions").get<std::string>());
    return all;
  }
  void receive(uint32_t port, const Bytes& bytes, int times = 1) {
    for (int i = 0; i < times; i++) {
      ReceivedPacket received{IfIndex{100 + port}, packet_of(bytes)};
      datapath_.receive({&received, 1}, monotonic_now());
    }
  }
  std::vector<std::string> trace(const std::string& packet) {
    trace_ = call("trace", {{"packet", packet}});
    std::vector<std::string> steps;
    for (const Json& step : trace_.at("steps"))
      steps.push_back(std::string(step.at("depth").get<size_t>(), '.') + step.at("text").get<std::string>());
    return steps;
  }

  RecordingOutput output_;
  UserspaceDatapath datapath_{output_};
  SlowPath slow_path_{datapath_};
  VerbTable verbs_ = switch_verbs(slow_path_);
  Json trace_;
};

Bytes frame() { return ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 1).zeros(40); }

TEST_F(OpenFlowVerbsTest, ShowsRulesByTableAndPriority) {
  add("table=2,priority=5,actions=drop");
  add("priority=10,in_port=s1-eth1,actions=output:2");
  add("priority=20,ip,nw_dst=10.0.0.0/8,idle_timeout=60,cookie=0x7,actions=mod_vlan_vid:5,s1-eth3");
  EXPECT_THAT(rules(),
              ElementsAre("0/20/ip,nw_dst=10.0.0.0/8/mod_vlan_vid:5,output:\"s1-eth3\"",
                          "0/10/in_port=\"s1-eth1\"/output:\"s1-eth2\"", "0/0//NORMAL", "2/5//drop"));
  const Json rule = call("flows", {{"filter", "cookie=7/-1"}, {"no-names", true}}).at("rules").at(0);
  EXPECT_EQ(rule.at("cookie"), 7);
  EXPECT_EQ(rule.at("idle_timeout"), 60);
  EXPECT_THAT(rule.at("text").get<std::string>(),
              MatchesRegex("cookie=0x7, duration=[0-9.]+s, table=0, n_packets=0, n_bytes=0, idle_timeout=60, "
                           "priority=20,ip,nw_dst=10.0.0.0/8 actions=mod_vlan_vid:5,output:3"));
}

// Rules that go with their teacher are told as such, not as others that came.
TEST_F(OpenFlowVerbsTest, SideEffectsDoNotCountAsChanges) {
  add("priority=5,ip,actions=learn(table=1,cookie=0x5,delete_learned,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[]),2");
  receive(1, frame());
  EXPECT_EQ(rules("table=1").size(), 1u);
  EXPECT_EQ(call("mod-flows", {{"flow", "ip,actions=drop"}}), (Json{{"changed", 1}, {"added", 0}}));
  EXPECT_EQ(rules("table=1").size(), 0u);
  add("priority=6,arp,actions=conjunction(3,1/2)");
  EXPECT_EQ(call("mod-flows", {{"flow", "arp,actions=conjunction(3,2/2)"}}),
            (Json{{"changed", 1}, {"added", 0}}));
}

TEST_F(OpenFlowVerbsTest, TracesBehindAMeter) {
  call("add-meter", {{"meter", "meter=1,pktps,bands=type=drop,rate=5"}});
  add("priority=5,ip,actions=meter:1,goto_table:1");
  add("table=1,actions=output:2");
  EXPECT_EQ(trace("in_port=1,ip,nw_dst=10.0.0.2").back(), "leaves by s1-eth2");
  EXPECT_EQ(trace_.at("actions"), "meter(1),recirculate(1)");
  EXPECT_EQ(trace_.at("recirculated").at(0).at("actions"), "output(s1-eth2)");
}

TEST_F(OpenFlowVerbsTest, AddsUpAllRulesThoughNotAllAreShown) {
  add("priority=5,ip,cookie=7,actions=2");
  receive(1, frame(), 3);
  for (int i = 0; i < 20'000; i++) add("table=1,cookie=7,reg0=" + std::to_string(i) + ",actions=drop");
  Json answer = call("flows", {{"filter", "cookie=7/-1"}});
  EXPECT_EQ(answer.at("rules").size(), 20'000u);
  EXPECT_EQ(answer.at("rules_not_shown"), 1);
  EXPECT_EQ(answer.at("totals"),
            (Json{{"packets", 3}, {"bytes", 3 * frame().get().size()}, {"rules", 20'001}}));
}

TEST_F(OpenFlowVerbsTest, FiltersAsOvsOfctlDoes) {
  add("table=1,priority=1,arp,actions=output:2");
  add("priority=2,ip,cookie=0x11,actions=output:3");
  EXPECT_EQ(rules("table=1").size(), 1u);
  EXPECT_THAT(rules("out_port=s1-eth3"), ElementsAre(HasSubstr("0/2/ip")));
  EXPECT_THAT(rules("cookie=0x10/0xf0"), ElementsAre(HasSubstr("0/2/ip")));
  EXPECT_THAT(rules("arp"), ElementsAre(HasSubstr("1/1/arp")));
  EXPECT_THAT(fault_of("flows", {{"filter", "tabel=1"}}), HasSubstr("did you mean \"table\"?"));
}

TEST_F(OpenFlowVerbsTest, CountsWhatTheCacheForwarded) {
  call("del-flows");
  add("in_port=1,actions=output:2");
  receive(1, frame(), 5);
  const Json rule = call("flows").at("rules").at(0);
  EXPECT_EQ(rule.at("packets"), 5);
  EXPECT_EQ(rule.at("bytes"), 5 * frame().get().size());
  EXPECT_LT(rule.at("idle_s").get<double>(), 60);
  EXPECT_EQ(call("cache").at("upcalls"), 1);
  const Json tables = call("tables").at("tables");
  ASSERT_EQ(tables.size(), 1u);
  EXPECT_EQ(tables.at(0).at("rules"), 1);
  EXPECT_EQ(tables.at(0).at("lookups"), 5);
  EXPECT_EQ(tables.at(0).at("matches"), 5);
}

TEST_F(OpenFlowVerbsTest, ModifiesLooselyStrictlyOrByAdding) {
  call("del-flows");
  add("priority=10,ip,in_port=1,cookie=5,actions=output:2");
  add("priority=20,ip,in_port=2,actions=output:1");
  EXPECT_EQ(call("mod-flows", {{"flow", "ip,actions=drop"}}), (Json{{"changed", 2}, {"added", 0}}));
  EXPECT_EQ(call("mod-flows", {{"flow", "priority=10,ip,in_port=1,actions=output:3"}, {"strict", true}}),
            (Json{{"changed", 1}, {"added", 0}}));
  EXPECT_THAT(rules(), ElementsAre("0/20/ip,in_port=\"s1-eth2\"/drop",
                                   "0/10/ip,in_port=\"s1-eth1\"/output:\"s1-eth3\""));
  EXPECT_EQ(rules("cookie=5").size(), 1u) << "cookies stay";
  EXPECT_EQ(call("mod-flows", {{"flow", "arp,actions=normal"}}), (Json{{"changed", 0}, {"added", 1}}));
  EXPECT_EQ(rules("arp,cookie=0").size(), 1u);
}

TEST_F(OpenFlowVerbsTest, DeletesLooselyStrictlyOrAll) {
  add("priority=10,ip,actions=output:2");
  add("priority=20,ip,in_port=2,actions=output:1");
  EXPECT_EQ(call("del-flows", {{"filter", "priority=10,ip"}, {"strict", true}}), (Json{{"deleted", 1}}));
  EXPECT_EQ(call("del-flows", {{"filter", "ip"}}), (Json{{"deleted", 1}}));
  EXPECT_EQ(call("del-flows"), (Json{{"deleted", 1}}));
  EXPECT_TRUE(rules().empty());
}

TEST_F(OpenFlowVerbsTest, WhatIsRefusedChangesNothing) {
  const auto before = rules();
  EXPECT_THAT(fault_of("add-flow", {{"flow", "ip,nw_dsst=10.0.0.1,actions=output:2"}}),
              HasSubstr("flow: \"nw_dsst=10.0.0.1\": there is no field nw_dsst; did you mean \"nw_dst\"?"));
  EXPECT_THAT(fault_of("add-flow", {{"flow", "in_port=s1-eth9,actions=drop"}}), HasSubstr("names no port"));
  EXPECT_THAT(fault_of("add-flow", {{"flow", "ip"}}), HasSubstr("actions= is missing"));
  EXPECT_THAT(fault_of("add-flow", {{"flow", "actions=group:7"}}), HasSubstr("there is no group 7"));
  EXPECT_THAT(fault_of("add-flow", {{"flow", "actions=meter:7,output:1"}}), HasSubstr("there is no meter 7"));
  EXPECT_THAT(fault_of("add-flow", {{"flow", "table=3,actions=goto_table:2"}}), HasSubstr("higher table"));
  EXPECT_THAT(fault_of("add-flow", {{"flow", "check_overlap,priority=0,ip,actions=drop"}}),
              HasSubstr("overlaps"));
  EXPECT_THAT(fault_of("add-group", {{"group", "group_id=1,type=some"}}), HasSubstr("\"type=some\""));
  EXPECT_THAT(fault_of("mod-group", {{"group", "group_id=1,type=all"}}), HasSubstr("there is no group 1"));
  EXPECT_THAT(fault_of("add-meter", {{"meter", "meter=1,kbps"}}), HasSubstr("there is no band"));
  EXPECT_THAT(fault_of("groups", {{"group", 9}}), HasSubstr("there is no group 9"));
  EXPECT_THAT(fault_of("meters", {{"meter", 9}}), HasSubstr("there is no meter 9"));
  EXPECT_EQ(rules(), before);
}

TEST_F(OpenFlowVerbsTest, SetsFieldsThatTheMatchLeavesOpen) {
  add("in_port=1,actions=mod_nw_dst:10.0.0.9,output:2");  // as OpenFlow 1.0 and courses have it
  EXPECT_EQ(rules("in_port=1").size(), 1u);
}

TEST_F(OpenFlowVerbsTest, ShowsGroupsWithWhatTheyCounted) {
  call("add-group", {{"group", "group_id=1,type=all,bucket=output:2,bucket=actions=s1-eth3"}});
  add("in_port=1,actions=group:1");
  receive(1, frame(), 3);
  const Json group = call("groups", {{"group", 1}}).at("groups").at(0);
  EXPECT_EQ(group.at("text"),
            "group_id=1,type=all,bucket=actions=output:\"s1-eth2\",bucket=actions=output:\"s1-eth3\"");
  EXPECT_EQ(group.at("packets"), 3);
  EXPECT_EQ(group.at("references"), 1);
  EXPECT_EQ(group.at("buckets").at(1).at("packets"), 3);
  EXPECT_EQ(group.at("buckets").at(1).at("actions"), "output:\"s1-eth3\"");
  call("mod-group", {{"group", "group_id=1,type=select,bucket=weight=7,output:2"}});
  EXPECT_EQ(call("groups").at("groups").at(0).at("buckets").at(0).at("weight"), 7);
  EXPECT_EQ(call("del-groups", {{"group", "group_id=1"}}), (Json{{"deleted", 1}, {"rules_deleted", 1}}));
  EXPECT_EQ(call("groups").at("groups").size(), 0u);
}

TEST_F(OpenFlowVerbsTest, ShowsMetersWithWhatTheyCounted) {
  call("add-meter", {{"meter", "meter=1,pktps,burst,band=type=drop,rate=1,burst_size=2"}});
  add("in_port=1,actions=meter:1,output:2");
  receive(1, frame(), 5);
  const Json meter = call("meters").at("meters").at(0);
  EXPECT_EQ(meter.at("text"), "meter=1,pktps,burst,bands=type=drop,rate=1,burst_size=2");
  EXPECT_EQ(meter.at("unit"), "pktps");
  EXPECT_EQ(meter.at("packets"), 5);
  EXPECT_EQ(meter.at("references"), 1);
  EXPECT_EQ(meter.at("bands").at(0).at("packets"), 3);
  call("mod-meter", {{"meter", "meter=1,kbps,band=type=drop,rate=1000"}});
  EXPECT_EQ(call("meters", {{"meter", 1}}).at("meters").at(0).at("unit"), "kbps");
  EXPECT_EQ(call("del-meters"), (Json{{"deleted", 1}, {"rules_deleted", 1}}));
}

TEST_F(OpenFlowVerbsTest, OffersTheWordsOfFlows) {
  const std::string type = verbs_.find("add-flow")->parameters.back().type;
  for (const char* word :
       {"priority=", "idle_timeout=", "nw_dst=", "tcp", "actions=", "actions=output", "send_flow_rem"})
    EXPECT_THAT(type + ",", HasSubstr("," + std::string(word) + ",")) << word;
  const std::string filter = verbs_.find("flows")->parameters.back().type;
  EXPECT_THAT(filter, AllOf(HasSubstr("out_port="), testing::Not(HasSubstr("actions=")),
                            testing::Not(HasSubstr("idle_timeout"))));
}

TEST_F(OpenFlowVerbsTest, TraceWalksTablesResubmitsAndGroups) {
  call("add-group", {{"group", "group_id=4,type=all,bucket=output:2,bucket=set_field:9->nw_ttl,output:3"}});
  add("priority=7,ip,actions=resubmit(,5),output:3");
  add("table=5,ip,nw_dst=10.0.0.2,actions=goto_table:6");
  add("table=6,actions=write_actions(group:4)");
  EXPECT_THAT(
      trace("in_port=1,icmp,nw_dst=10.0.0.2"),
      ElementsAre("table 0: priority=7,ip actions=resubmit(,5),output:\"s1-eth3\"", "resubmit to table 5",
                  ".table 5: priority=32768,ip,nw_dst=10.0.0.2 actions=goto_table:6",
                  ".table 6: priority=32768 actions=write_actions(group:4)", "leaves by s1-eth3",
                  "action set: group:4", "group 4 (all)", "bucket 0 of 2: actions=output:\"s1-eth2\"",
                  ".leaves by s1-eth2", "bucket 1 of 2: actions=set_field:9->nw_ttl,output:\"s1-eth3\"",
                  ".leaves by s1-eth3"));
  EXPECT_THAT(trace_.at("looked_at").get<std::string>(), HasSubstr("in_port,eth_type,"));
  EXPECT_THAT(trace_.at("input").get<std::string>(), HasSubstr("ip_ttl(64)"));
  trace("in_port=1,icmp,nw_dst=10.0.0.2,nw_ttl=3");
  EXPECT_THAT(trace_.at("input").get<std::string>(), HasSubstr("ip_ttl(3)"));
  EXPECT_THAT(trace("in_port=1,arp"), Contains("table 0: priority=0 actions=NORMAL"));
  call("del-flows");
  EXPECT_THAT(trace("in_port=1,arp"), ElementsAre("table 0: no rule matches: dropped"));
}

TEST_F(OpenFlowVerbsTest, TraceNamesWhatUdpSets) {
  add("udp,actions=mod_tp_dst:53,output:2");
  trace("in_port=1,udp,tp_dst=80");
  EXPECT_THAT(trace_.at("actions").get<std::string>(), HasSubstr("udp_dst=53"));
}

}  // namespace
}  // namespace flowbed::sw
