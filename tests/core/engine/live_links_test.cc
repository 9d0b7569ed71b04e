#include "core/engine/live_links.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/engine/network_state.hh"
#include "core/rpc/wait_for.hh"
#include "core/topo/builders.hh"
#include "core/topo/edit.hh"
#include "tests/core/engine/fake_kernel.hh"

namespace flowbed {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LiveLinksTest : public testing::Test {
 protected:
  LiveLinksTest() {
    wait_for(loop, network.apply(build_topology("minimal"), false));
    kernel.live = {{"", {{"s1-eth1", true, true}, {"s1-eth2", true, true}}},
                   {"h1", {{"h1-eth0", true, true, {*IpPrefix::parse("10.0.0.1/8")}}}},
                   {"h2", {{"h2-eth0", true, true, {*IpPrefix::parse("10.0.0.2/8")}}}}};
    kernel.calls.clear();
  }
  void set(const std::string& a, const std::string& b, bool up) {
    wait_for(loop, change_links_now(network, kernel, a, b, parse_link_words(up ? "up" : "down")));
  }
  Json state() { return network_state(network.current(), kernel, switches); }

  EventLoop loop;
  FakeKernel kernel;
  FakeSwitches switches{kernel};
  FakeFerry ferry{kernel};
  LocalNetwork network{{loop, kernel, switches, ferry, nullptr, nullptr, Capabilities{}, {}}, {[] {}, [] {}}};
};

TEST_F(LiveLinksTest, UpRaisesAnEndThatAUserTookDown) {
  kernel.live["h1"][0].up = false;
  set("s1", "h1", true);
  EXPECT_THAT(kernel.calls, ElementsAre("set_interface h1-eth0 up"));
}

// Whoever pings next must not be the first to find out that the kernel does not send yet.
TEST_F(LiveLinksTest, ARaisedLinkIsWaitedForUntilItIsSettled) {
  set("s1", "h1", false);
  kernel.asked_until_settled = 3;
  set("s1", "h1", true);
  EXPECT_LT(kernel.asked_until_settled, 0);
  kernel.asked_until_settled = 3;
  wait_for(loop, network.edit([](const Topology& now) {
    Link link;
    link.a.node = "h1";
    link.b.node = "h2";
    return add_link(now, link);
  }));
  EXPECT_LT(kernel.asked_until_settled, 0);
}

TEST_F(LiveLinksTest, WhatIsUpIsLeftAlone) {
  set("s1", "h1", true);
  EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(LiveLinksTest, AnEndThatIsGoneIsNamed) {
  kernel.live["h1"].clear();
  for (const bool up : {true, false}) {
    try {
      set("h1", "s1", up);
      FAIL() << "accepted";
    } catch (const Error& fault) {
      EXPECT_THAT(fault.what(), HasSubstr("h1-eth0 is gone"));
      EXPECT_THAT(fault.what(), HasSubstr("del link h1-eth0 s1-eth1"));
    }
  }
  EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(LiveLinksTest, TheStateIsTheKernels) {
  kernel.live["h1"][0] = {"h1-eth0", false, false, {*IpPrefix::parse("10.0.0.77/24")}};
  kernel.live["h2"].clear();
  const Json seen = state();
  EXPECT_EQ(seen["nodes"][0]["interfaces"][0]["addresses"], Json({"10.0.0.77/24"}));
  EXPECT_EQ(seen["nodes"][1]["interfaces"][0]["addresses"], Json::array());
  EXPECT_EQ(seen["links"][0]["a"]["up"], false);
  EXPECT_EQ(seen["links"][0]["b"]["up"], true);
  EXPECT_EQ(seen["links"][1]["a"]["present"], false);
}

TEST_F(LiveLinksTest, AnInterfaceWithoutALinkShowsTheAddressItWillHave) {
  Topology topology = network.current();
  Node node;
  node.name = "h3";
  Interface unlinked;
  unlinked.name = "h3-eth0";
  unlinked.addresses = {*IpPrefix::parse("10.0.0.3/8")};
  node.interfaces = {unlinked};
  topology.nodes.push_back(node);
  const Json seen = network_state(topology, kernel, switches);
  EXPECT_EQ(seen["nodes"][3]["interfaces"][0]["addresses"], Json({"10.0.0.3/8"}));
}

}  // namespace
}  // namespace flowbed
