#include "switchd/control/control_server.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "switchd/datapath/userspace/userspace_datapath.hh"
#include "tests/switchd/packets.hh"
#include "tests/switchd/recording_output.hh"

namespace flowbed::sw {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// The engine's end of the socket, and a switchd behind it whose packets are given by hand.
class ControlServerTest : public testing::Test {
 protected:
  ControlServerTest() {
    FdPair pair = make_socket_pair();
    const auto links_up = [] {
      return LinkFinder([](IfIndex) { return LinkFacts{.up = true, .mtu = 1500, .shaped = false}; });
    };
    server_ = std::make_unique<ControlServer>(loop_, std::move(pair.first), slow_path_, links_up,
                                              [this] { closed_ = true; });
    engine_ = std::make_unique<RpcPeer>(
        loop_, std::move(pair.second),
        RpcPeer::Handlers{.on_request = {},
                          .on_notification =
                              [this](const auto& method, Json params) {
                                notifications_.push_back(method + ": " +
                                                         params.value("message", params.value("name", "")));
                              },
                          .on_close = {}});
  }

  Json call(const std::string& method, Json params) {
    return engine_->call_and_wait(method, std::move(params)).value;
  }
  Json verb(const std::string& name, Json params) {
    return call("call", {{"verb", name}, {"params", std::move(params)}});
  }
  std::string fault(const std::string& method, Json params) {
    try {
      call(method, std::move(params));
    } catch (const Error& error) {
      return error.what();
    }
    return "no fault";
  }
  static Json port(int bridge, int number, const std::string& peer = "") {
    const std::string name = "s" + std::to_string(bridge) + "-eth" + std::to_string(number);
    Json port = {{"number", number}, {"interface", name}, {"name", name}, {"ifindex", bridge * 100 + number}};
    if (!peer.empty()) port["peer"] = peer;
    return port;
  }
  void put_s1() { call("bridge.put", {{"name", "s1"}, {"ports", {port(1, 1), port(1, 2)}}}); }
  void receive(uint32_t ifindex, std::string_view src, std::string_view dst) {
    const Bytes bytes = ethernet(dst, src, 0x0800).zeros(46);
    ReceivedPacket received{IfIndex{ifindex}, packet_of(bytes)};
    datapath_.receive({&received, 1}, monotonic_now());
  }

  EventLoop loop_;
  RecordingOutput output_;
  UserspaceDatapath datapath_{output_};
  SlowPath slow_path_{datapath_};
  bool closed_ = false;
  std::vector<std::string> notifications_;
  std::unique_ptr<ControlServer> server_;
  std::unique_ptr<RpcPeer> engine_;
};

TEST_F(ControlServerTest, PutRunAndRemoveABridge) {
  put_s1();
  receive(101, kMac1, kMac2);
  EXPECT_EQ(output_.take().size(), 1u);
  call("bridge.running", {{"name", "s1"}, {"on", false}});
  receive(101, kMac1, kMac2);
  EXPECT_EQ(output_.take().size(), 0u);
  call("bridge.remove", {{"name", "s1"}});
  EXPECT_THAT(fault("bridge.remove", {{"name", "s1"}}), HasSubstr("there is no switch s1"));
}

TEST_F(ControlServerTest, DescribesItsVerbs) {
  std::vector<std::string> names;
  for (const Verb& v : verbs_from_description(call("verbs", Json::object()))) {
    names.push_back(v.name);
    EXPECT_TRUE(v.parameters.at(0).type == "switch" || v.name == "caching") << v.name;
  }
  EXPECT_THAT(names, ElementsAre("cache", "caching", "mac", "ports", "stp", "trace", "flush", "flows",
                                 "tables", "groups", "meters", "mod-port", "add-flow", "mod-flows",
                                 "del-flows", "add-group", "mod-group", "del-groups", "add-meter",
                                 "mod-meter", "del-meters", "controllers", "exports"));
}

TEST_F(ControlServerTest, TellsWhatIsExported) {
  put_s1();
  EXPECT_EQ(verb("exports", {{"switch", "s1"}}).at("exports").size(), 0u);
  Json bridge = {{"name", "s1"}, {"ports", {port(1, 1), port(1, 2)}}};
  bridge["exports"]["sflow"] = {{"targets", {"10.0.0.9"}}, {"place", "h9"}, {"sampling", 64}};
  bridge["exports"]["netflow"] = {{"targets", {"10.0.0.9:99"}}, {"active_timeout", 0}};
  call("bridge.put", bridge);
  EXPECT_EQ(slow_path_.bridges().find("s1")->config.monitor,
            (MonitorConfig{.sample_one_in = 64, .flows = true}));
  const Json exports = verb("exports", {{"switch", "s1"}}).at("exports");
  ASSERT_EQ(exports.size(), 2u);
  EXPECT_EQ(exports[0].at("sampling"), 64);
  EXPECT_EQ(exports[0].at("collectors")[0].at("target"), "10.0.0.9:6343");
  EXPECT_EQ(exports[1].at("active_timeout_s"), 600.0);
  bridge["exports"]["sflow"]["sampling"] = 0;
  EXPECT_THAT(fault("bridge.put", bridge), HasSubstr("exports.sflow.sampling is 0"));
  bridge["exports"] = {{"ipfix", {{"targets", {"h9"}}}}};
  EXPECT_THAT(fault("bridge.put", bridge), HasSubstr("is no address of a collector"));
}

TEST_F(ControlServerTest, CacheShowsFlowsAndHits) {
  put_s1();
  for (int i = 0; i < 3; i++) receive(101, kMac1, kMac2);
  const Json cache = verb("cache", {{"switch", "s1"}});
  EXPECT_EQ(cache.at("datapath"), "userspace");
  EXPECT_EQ(cache.at("upcalls"), 1);
  EXPECT_EQ(cache.at("emc"), (Json{{"entries", 1}, {"hits", 1}, {"misses", 2}}));
  EXPECT_EQ(cache.at("megaflows"), (Json{{"entries", 1}, {"hits", 1}, {"misses", 1}}));
  EXPECT_EQ(cache.at("masks"), (Json{{{"mask", "in_port,eth_src,eth_dst,vlan"}, {"flows", 1}, {"hits", 1}}}));
  const Json& flow = cache.at("flows").at(0);
  EXPECT_EQ(flow.at("match"),
            "in_port(s1-eth1),eth_src(00:00:00:00:00:01),eth_dst(00:00:00:00:00:02),vlan(none)");
  EXPECT_EQ(flow.at("actions"), "output(s1-eth2)");
  EXPECT_EQ(flow.at("packets"), 2);
  EXPECT_EQ(flow.at("bytes"), 120);
}

TEST_F(ControlServerTest, MacAndPortsAndFlush) {
  put_s1();
  receive(101, kMac1, kMac2);
  const Json mac = verb("mac", {{"switch", "s1"}}).at("entries");
  ASSERT_EQ(mac.size(), 1u);
  EXPECT_EQ(mac.at(0).at("mac"), kMac1);
  EXPECT_EQ(mac.at(0).at("port"), "s1-eth1");
  EXPECT_EQ(mac.at(0).at("number"), 1);
  const Json ports = verb("ports", {{"switch", "s1"}}).at("ports");
  EXPECT_EQ(ports.at(0).at("rx"), (Json{{"packets", 1}, {"bytes", 60}, {"dropped", 0}}));
  EXPECT_EQ(ports.at(1).at("tx"), (Json{{"packets", 1}, {"bytes", 60}, {"dropped", 0}}));
  EXPECT_EQ(ports.at(1).at("up"), true);
  verb("flush", {{"switch", "s1"}});
  EXPECT_EQ(verb("mac", {{"switch", "s1"}}).at("entries").size(), 0u);
}

TEST_F(ControlServerTest, StpShowsTheTreeAndWhetherItIsAtRest) {
  put_s1();
  EXPECT_EQ(verb("stp", {{"switch", "s1"}}), (Json{{"switch", "s1"}, {"on", false}}));
  EXPECT_EQ(call("trees.settled", Json::object()).at("waiting"), Json::array());
  call("bridge.put", {{"name", "s1"}, {"dpid", 1}, {"stp", Json::object()}, {"ports", {port(1, 1)}}});
  const Json stp = verb("stp", {{"switch", "s1"}});
  EXPECT_EQ(stp.at("bridge_id"), "8000.0a:00:00:00:00:01");
  EXPECT_EQ(stp.at("root_id"), stp.at("bridge_id"));
  EXPECT_EQ(stp.at("root_port"), Json());
  const Json& shown = stp.at("ports").at(0);
  EXPECT_EQ(shown.at("role"), "designated");
  EXPECT_EQ(shown.at("state"), "forwarding");
  EXPECT_EQ(shown.at("edge"), true);
  EXPECT_EQ(shown.at("cost"), 20000);
  EXPECT_EQ(shown.at("tx").at("rapid"), 1);
}

TEST_F(ControlServerTest, TraceTellsTheWayAndChangesNothing) {
  call("bridge.put", {{"name", "s1"}, {"ports", {port(1, 1), port(1, 2, "s2-eth1")}}});
  call("bridge.put", {{"name", "s2"}, {"ports", {port(2, 1, "s1-eth2"), port(2, 2)}}});
  const std::string packet = "in_port=1,eth_src=00:00:00:00:00:01,eth_dst=00:00:00:00:00:02,tcp,tp_dst=80";
  const Json trace = verb("trace", {{"switch", "s1"}, {"packet", packet}});
  EXPECT_EQ(trace.at("actions"), "output(s2-eth2)");
  EXPECT_EQ(trace.at("answered_by"), "slow path");
  EXPECT_THAT(trace.at("input").get<std::string>(), HasSubstr("tp_dst(80)"));
  EXPECT_THAT(trace.at("megaflow").get<std::string>(), HasSubstr("in_port(s1-eth1)"));
  std::vector<std::string> steps;
  for (const Json& step : trace.at("steps"))
    steps.push_back(step.at("switch").get<std::string>() + ": " + step.at("text").get<std::string>());
  EXPECT_THAT(steps, Contains("s1: crosses the link from s1-eth2 to s2-eth1"));
  EXPECT_EQ(verb("mac", {{"switch", "s1"}}).at("entries").size(), 0u);
  receive(101, kMac1, kMac2);
  EXPECT_EQ(verb("trace", {{"switch", "s1"}, {"packet", packet}}).at("answered_by"), "megaflow");
}

TEST_F(ControlServerTest, FaultsAreToldToTheCaller) {
  put_s1();
  EXPECT_THAT(fault("bridge.put", {{"name", "s1"}}), HasSubstr("ports is missing"));
  EXPECT_THAT(fault("nonsense", Json::object()), HasSubstr("no method \"nonsense\""));
  EXPECT_THAT(fault("call", {{"verb", "cache"}, {"params", {{"switch", "s9"}}}}),
              HasSubstr("there is no switch s9"));
  EXPECT_THAT(fault("call", {{"verb", "dance"}}), HasSubstr("no verb \"dance\""));
  EXPECT_THAT(fault("call", {{"verb", "trace"}, {"params", {{"switch", "s1"}, {"packet", "tcp"}}}}),
              HasSubstr("in_port is missing"));
  EXPECT_THAT(fault("bridge.running", {{"name", "s1"}}), HasSubstr("on is not true or false"));
}

TEST_F(ControlServerTest, AProgramThatAVerbChangesIsReportedBeforeTheAnswer) {
  put_s1();
  call("bridge.put", {{"name", "s2"}, {"ports", {port(2, 1), port(2, 2)}}});
  verb("add-flow", {{"switch", "s2"}, {"flow", "priority=3,actions=drop"}});
  EXPECT_THAT(notifications_, ElementsAre("program: s2")) << "but not that of s1";
  verb("flows", {{"switch", "s2"}});
  EXPECT_EQ(notifications_.size(), 1u) << "nothing has changed";
  server_->tick(monotonic_now());
  call("verbs", Json::object());
  EXPECT_THAT(notifications_, ElementsAre("program: s2", "program: s1"));
  EXPECT_THAT(fault("bridge.program", {{"name", "s9"}, {"program", nullptr}}),
              HasSubstr("there is no switch s9"));
}

TEST_F(ControlServerTest, LoopIsWarnedOfOnce) {
  call("bridge.put", {{"name", "s1"}, {"ports", {port(1, 1), port(1, 2, "s2-eth1"), port(1, 3, "s2-eth2")}}});
  call("bridge.put", {{"name", "s2"}, {"ports", {port(2, 1, "s1-eth2"), port(2, 2, "s1-eth3")}}});
  receive(101, kMac1, kMac2);
  receive(101, kMac2, kMac1);
  call("verbs", Json::object());
  EXPECT_THAT(notifications_, ElementsAre(HasSubstr("warning: a loop was noticed: s1 – s2 – s1")));
}

TEST_F(ControlServerTest, EndOfTheEngineIsNoticed) {
  engine_.reset();
  loop_.turn(std::chrono::seconds(1));
  EXPECT_TRUE(closed_);
}

TEST_F(ControlServerTest, AFailModeMayChangeWhileTheBridgeIsThere) {
  const auto rules_with = [this](const char* fail_mode) {
    call("bridge.put", {{"name", "s1"}, {"ports", {port(1, 1), port(1, 2)}}, {"fail_mode", fail_mode}});
    return verb("flows", {{"switch", "s1"}}).at("rules").size();
  };
  EXPECT_EQ(rules_with("secure"), 0u);
  EXPECT_EQ(rules_with("standalone"), 1u);
  EXPECT_EQ(rules_with("secure"), 0u);
}

}  // namespace
}  // namespace flowbed::sw
