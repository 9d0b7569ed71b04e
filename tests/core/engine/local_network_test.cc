#include "core/engine/local_network.hh"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/fd.hh"
#include "core/rpc/wait_for.hh"
#include "core/topo/builders.hh"
#include "core/topo/edit.hh"
#include "core/topo/ifname.hh"
#include "tests/core/engine/fake_kernel.hh"
#include "tests/core/topo/topologies.hh"

namespace flowbed {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LocalNetworkTest : public testing::Test {
 protected:
  EventLoop loop;
  FakeKernel kernel;
  FakeSwitches switches{kernel};
  FakeFerry ferry{kernel};
  LocalNetwork network{{loop, kernel, switches, ferry, nullptr, nullptr, Capabilities{}, {}}, {[] {}, [] {}}};

  void apply(const Topology& topology) { wait_for(loop, network.apply(topology, false)); }
  std::string refusal(const Topology& topology) {
    try {
      apply(topology);
      return "";
    } catch (const Error& fault) {
      return fault.what();
    }
  }
};

TEST_F(LocalNetworkTest, StartsTheMinimalNetworkInOrder) {
  apply(build_topology("minimal"));
  EXPECT_THAT(kernel.calls,
              ElementsAre("create_namespace h1", "create_namespace h2", "create_veth h1-eth0 s1-eth1",
                          "create_veth h2-eth0 s1-eth2", "add_address h1-eth0 10.0.0.1/8",
                          "add_address h2-eth0 10.0.0.2/8", "put_bridge s1 ports=2"));
  EXPECT_GT(switches.bridges.at("s1").ifindexes.at("s1-eth1"), 0);
}

TEST_F(LocalNetworkTest, ApplyingTheSameAgainDoesNothing) {
  apply(build_topology("tree,2,2"));
  kernel.calls.clear();
  apply(network.current());
  EXPECT_THAT(kernel.calls, IsEmpty());
}

class IdentityTest : public LocalNetworkTest {
 protected:
  IdentityTest() {
    for (const char* name : {"key", "certificate", "authority"}) write_file(folder_ + name, name);
    topology_.tls = {folder_ + "key", folder_ + "certificate", folder_ + "authority", {}};
  }
  ~IdentityTest() override { std::filesystem::remove_all(folder_); }

  const std::string folder_ = [] {
    char name[] = "/tmp/flowbed-identity-XXXXXX";
    return std::string(mkdtemp(name)) + "/";
  }();
  Topology topology_ = build_topology("minimal");
};

TEST_F(IdentityTest, IsReadBeforeAnythingIsBuiltAndOnlyOnce) {
  apply(topology_);
  EXPECT_EQ(kernel.calls.front(), "identify");
  EXPECT_EQ(switches.identity["private_key"], Json({{"file", folder_ + "key"}, {"text", "key"}}));
  EXPECT_EQ(switches.identity["certificate"]["text"], "certificate");
  EXPECT_EQ(switches.identity["ca_certificate"]["text"], "authority");
  std::filesystem::remove(folder_ + "key");
  kernel.calls.clear();
  apply(add_node(network.current(), test::host("h3")));
  EXPECT_THAT(kernel.calls, ElementsAre("create_namespace h3"));
}

TEST_F(IdentityTest, IsOnlyCheckedInADryRun) {
  wait_for(loop, network.apply(topology_, true));
  EXPECT_THAT(kernel.calls, ElementsAre("check identity"));
}

TEST_F(IdentityTest, IsTheOneBeforeWhenTheNetworkIs) {
  apply(build_topology("minimal"));
  topology_ = add_node(complete(topology_), test::host("h3"));
  kernel.fail_at = static_cast<int>(kernel.calls.size()) + 1;
  EXPECT_THAT(refusal(topology_), HasSubstr("as it was before"));
  EXPECT_EQ(switches.identity, Json::object());
}

TEST_F(IdentityTest, OfNoUseIsRefusedWithItsPlace) {
  std::filesystem::remove(folder_ + "certificate");
  EXPECT_THAT(refusal(topology_),
              HasSubstr("tls.certificate: read " + folder_ + "certificate: No such file"));
  topology_.tls.certificate = "/dev/zero";
  EXPECT_THAT(refusal(topology_),
              HasSubstr("tls.certificate: /dev/zero is no regular file; name a file in PEM"));
  topology_.tls.certificate = "cert.pem";
  EXPECT_THAT(refusal(topology_), HasSubstr("cert.pem is no absolute path"));
  EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(LocalNetworkTest, WaitsForSpanningTreeWhereThereIsOne) {
  EXPECT_EQ(wait_for(loop, network.apply(build_topology("tree,2,2"), false)).tree_seconds, std::nullopt);
  EXPECT_EQ(switches.settlings, 0);
  EXPECT_NE(wait_for(loop, network.apply(build_topology("ring,4"), false)).tree_seconds, std::nullopt);
  EXPECT_EQ(switches.settlings, 1);
  EXPECT_TRUE(switches.bridges.at("s1").config.stp);
  wait_for(loop, network.apply(network.current(), false));
  EXPECT_EQ(switches.settlings, 1) << "nothing was done";
  switches.still_waiting = {"s1-eth2", "s3-eth1"};
  apply(set_link_up(network.current(), "s1", "s2", false));
  ASSERT_EQ(network.warnings().size(), 1u);
  EXPECT_THAT(network.warnings().front(), HasSubstr("s1-eth2 and 1 more ports"));
}

TEST_F(LocalNetworkTest, StopIsTheWayToNothing) {
  apply(build_topology("linear,3"));
  apply(Topology{});
  Inventory nothing;
  nothing.nodes[""];
  EXPECT_EQ(network.inventory(), nothing);
  EXPECT_TRUE(switches.bridges.empty());
}

TEST_F(LocalNetworkTest, TakesALinkDownOnTheSwitchSideOnly) {
  apply(build_topology("minimal"));
  kernel.calls.clear();
  apply(set_link_up(network.current(), "s1", "h1", false));
  EXPECT_THAT(kernel.calls, ElementsAre("set_interface s1-eth1 down"));
}

TEST_F(LocalNetworkTest, DryRunTouchesNothing) {
  const ApplyReport report = wait_for(loop, network.apply(build_topology("minimal"), true));
  EXPECT_EQ(report.steps.size(), 7u);
  EXPECT_THAT(kernel.calls, IsEmpty());
  EXPECT_TRUE(network.current().nodes.empty());
}

TEST_F(LocalNetworkTest, RefusesABadTopologyWhole) {
  Topology topology = build_topology("minimal");
  topology.nodes[1].name = topology.nodes[0].name;
  EXPECT_THAT(refusal(topology), HasSubstr("h1"));
  EXPECT_THAT(kernel.calls, IsEmpty());
}

Topology minimal_with(const std::string& words) {
  Topology topology = build_topology("minimal");
  topology.links[0] = changed(topology.links[0], parse_link_words(words));
  return topology;
}

TEST_F(LocalNetworkTest, AShapedLinkLeadsThroughTheFerry) {
  apply(minimal_with("delay 5ms"));
  const std::string h1 = ferry_ifname("h1", "h1-eth0"), s1 = ferry_ifname("s1", "s1-eth1");
  EXPECT_THAT(kernel.calls, ElementsAre("create_namespace /ferry", "create_namespace h1",
                                        "create_veth h1-eth0 " + h1, "add_address h1-eth0 10.0.0.1/8",
                                        "create_namespace h2", "create_veth s1-eth1 " + s1,
                                        "create_veth h2-eth0 s1-eth2", "add_address h2-eth0 10.0.0.2/8",
                                        "put_bridge s1 ports=2", "put_link h1-eth0 s1-eth1"));
  const FerryLinkState& link = ferry.links.at(h1);
  EXPECT_EQ(link.link.a_to_b.delay, Duration(std::chrono::milliseconds(5)));
  EXPECT_NE(link.a_ifindex, link.b_ifindex);
}

TEST_F(LocalNetworkTest, AShapedLinkIsChangedInPlace) {
  apply(minimal_with("delay 5ms"));
  kernel.calls.clear();
  apply(change_links(network.current(), "h1", "s1", parse_link_words("delay 7ms")));
  EXPECT_THAT(kernel.calls, ElementsAre("put_link h1-eth0 s1-eth1"));
}

TEST_F(LocalNetworkTest, TheFerryGoesWithItsLastLink) {
  apply(minimal_with("delay 5ms"));
  kernel.calls.clear();
  apply(change_links(network.current(), "h1", "s1", parse_link_words("plain")));
  EXPECT_THAT(kernel.calls, testing::Contains("remove_link " + ferry_ifname("h1", "h1-eth0")));
  EXPECT_THAT(kernel.calls, testing::Contains("remove_namespace /ferry"));
  EXPECT_TRUE(ferry.links.empty());
  EXPECT_TRUE(network.inventory().ferry_links.empty());
}

TEST_F(LocalNetworkTest, WhatIsRandomHasASeedAndKeepsIt) {
  apply(minimal_with("delay 5ms"));
  EXPECT_FALSE(network.current().options.seed);
  apply(minimal_with("loss 1%"));
  const auto seed = network.current().options.seed;
  ASSERT_TRUE(seed);
  apply(change_links(network.current(), "h1", "s1", parse_link_words("loss 2%")));
  EXPECT_EQ(network.current().options.seed, seed);
  const FerryLink& link = ferry.links.begin()->second.link;
  EXPECT_NE(link.a_to_b_seed, link.b_to_a_seed);
}

// Whichever step of a start fails, nothing is left; the next start then works.
TEST_F(LocalNetworkTest, AFailureAtAnyStepOfTheStartLeavesNothing) {
  const Topology wanted = build_topology("tree,2,2");
  const size_t steps = wait_for(loop, network.apply(wanted, true)).steps.size();
  for (size_t i = 0; i < steps; i++) {
    FakeKernel fragile;
    fragile.fail_at = static_cast<int>(i);
    FakeSwitches fragile_switches(fragile);
    FakeFerry fragile_ferry(fragile);
    LocalNetwork candidate(
        {loop, fragile, fragile_switches, fragile_ferry, nullptr, nullptr, Capabilities{}, {}},
        {[] {}, [] {}});
    EXPECT_THROW(wait_for(loop, candidate.apply(wanted, false)), Error) << "step " << i;
    EXPECT_EQ(candidate.inventory().nodes.size(), 1u) << "step " << i;
    EXPECT_TRUE(candidate.inventory().nodes.at("").interfaces.empty()) << "step " << i;
    EXPECT_TRUE(fragile_switches.bridges.empty()) << "step " << i;
    wait_for(loop, candidate.apply(wanted, false));
    EXPECT_EQ(fragile_switches.bridges.size(), 3u);
  }
}

TEST_F(LocalNetworkTest, AFailedEditGivesTheOldNetworkBack) {
  apply(build_topology("linear,3"));
  const Inventory before = network.inventory();
  kernel.fail_at = static_cast<int>(kernel.calls.size()) + 1;
  Node host;
  host.name = "h9";
  Topology wanted = add_node(network.current(), host);
  Link link;
  link.a.node = "h9";
  link.b.node = "s1";
  wanted = add_link(wanted, link);
  EXPECT_THAT(refusal(wanted), HasSubstr("as it was before"));
  EXPECT_EQ(network.inventory(), before);
  EXPECT_EQ(network.current().find("h9"), nullptr);
}

class LimitsTest : public testing::Test {
 protected:
  EventLoop loop;
  FakeKernel kernel;
  FakeSwitches switches{kernel};
  FakeFerry ferry{kernel};
  FakeLimiter limiter{kernel};
  LocalNetwork network{{loop, kernel, switches, ferry, nullptr, nullptr, Capabilities{}, {}, &limiter},
                       {[] {}, [] {}}};

  static Topology limited_network() {
    Topology t = build_topology("minimal");
    t.find("h1")->limits.cpu = 0.2;
    return t;
  }
  std::string refusal(const Topology& topology) {
    try {
      wait_for(loop, network.apply(topology, false));
      return "";
    } catch (const Error& fault) {
      return fault.what();
    }
  }
};

TEST_F(LimitsTest, AreSetRightAfterTheNamespaceAndForgottenWithIt) {
  wait_for(loop, network.apply(limited_network(), false));
  EXPECT_EQ(kernel.calls[0], "create_namespace h1");
  EXPECT_EQ(kernel.calls[1], "limit h1 cpu 0.2");
  EXPECT_EQ(network.inventory().nodes.at("h1").limits.cpu, 0.2);
  wait_for(loop, network.apply(Topology{}, false));
  EXPECT_THAT(limiter.forgotten, ElementsAre("h1", "h2"));
}

TEST_F(LimitsTest, ChangeWhileTheNetworkRuns) {
  wait_for(loop, network.apply(limited_network(), false));
  kernel.calls.clear();
  wait_for(loop, network.apply(set_limits(network.current(), "h1", {}), false));
  EXPECT_THAT(kernel.calls, ElementsAre("lift the limits of h1"));
}

TEST_F(LimitsTest, AreNotLookedForWhereNoneAreWanted) {
  wait_for(loop, network.apply(build_topology("minimal"), false));
  EXPECT_EQ(limiter.prepared, 0);
}

TEST_F(LimitsTest, AreRefusedBeforeAnythingChangesWhereTheMachineHasNone) {
  limiter.can = {.cpu = false,
                 .cores = true,
                 .memory = true,
                 .realtime = false,
                 .processors = {},
                 .why_not = "no cgroups"};
  EXPECT_THAT(
      refusal(limited_network()),
      HasSubstr("nodes[0].cpu: this machine does not let Flowbed limit the CPU time of hosts: no cgroups"));
  EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(LimitsTest, AreRefusedByAnEngineWithoutALimiter) {
  LocalNetwork plain{{loop, kernel, switches, ferry, nullptr, nullptr, Capabilities{}, {}}, {[] {}, [] {}}};
  EXPECT_THROW(wait_for(loop, plain.apply(limited_network(), false)), Error);
  EXPECT_THAT(kernel.calls, IsEmpty());
}

TEST_F(LimitsTest, AFailureGivesTheOldLimitsBack) {
  wait_for(loop, network.apply(limited_network(), false));
  const Inventory before = network.inventory();
  kernel.fail_at = static_cast<int>(kernel.calls.size());
  EXPECT_THAT(refusal(set_limits(network.current(), "h1", {})), HasSubstr("as it was before"));
  EXPECT_EQ(network.inventory(), before);
}

}  // namespace
}  // namespace flowbed
