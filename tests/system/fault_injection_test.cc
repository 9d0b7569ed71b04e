// A failure at every single step of a start, an edit and a stop, on the real kernel: what then exists is what
// the inventory says, and the next apply gets where the first one wanted.

#include <map>
#include <set>

#include <gtest/gtest.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sched.h>
#include <unistd.h>

#include "core/engine/local_network.hh"
#include "core/os/linux_kernel.hh"
#include "core/os/network_namespace.hh"
#include "core/rpc/wait_for.hh"
#include "core/topo/builders.hh"
#include "core/topo/edit.hh"
#include "tests/core/engine/fake_kernel.hh"
#include "tests/system/failing_kernel.hh"

namespace flowbed {
namespace {

// Interface name → its addresses, "up" or "down".
using Interfaces = std::map<std::string, std::set<std::string>>;

Interfaces real_interfaces(int network_namespace, int home) {
  InNetworkNamespace inside(network_namespace, home);
  Interfaces found;
  ifaddrs* all = nullptr;
  EXPECT_EQ(getifaddrs(&all), 0);
  for (const ifaddrs* entry = all; entry != nullptr; entry = entry->ifa_next) {
    const std::string name = entry->ifa_name;
    if (name == "lo") continue;
    found[name].insert(entry->ifa_flags & IFF_UP ? "up" : "down");
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
    const auto* address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
    found[name].insert(IpAddress::from_ipv4(ntohl(address->sin_addr.s_addr)).to_string());
  }
  freeifaddrs(all);
  return found;
}

Interfaces recorded_interfaces(const Inventory::NodeState& node) {
  Interfaces recorded;
  for (const auto& [name, interface] : node.interfaces) {
    recorded[name].insert(interface.up ? "up" : "down");
    for (const IpPrefix& prefix : interface.addresses) recorded[name].insert(prefix.address.to_string());
  }
  return recorded;
}

class FaultInjection : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root for namespaces of its own";
    ASSERT_EQ(unshare(CLONE_NEWNET), 0);
  }

  // Fails `way` at each of its steps in turn, each time on a network made anew by `start`.
  void fail_each_step(const Topology& start, const Topology& end) {
    for (int step = 0;; step++) {
      SCOPED_TRACE("step " + std::to_string(step));
      ASSERT_EQ(unshare(CLONE_NEWNET), 0);  // a fabric of its own
      LinuxKernel real;
      FailingKernel kernel(real);
      FakeKernel journal;
      FakeSwitches switches(journal);
      LocalNetwork network({loop_, kernel, switches, nullptr, nullptr, Capabilities{}, {}}, {[] {}, [] {}});
      wait_for(loop_, network.apply(start, false));
      kernel.fail_after(step);
      try {
        wait_for(loop_, network.apply(end, false));
        ASSERT_GT(step, 0);
        return;  // there was no such step any more
      } catch (const Error&) {
        EXPECT_EQ(network.current(), complete(start));
      }
      expect_true_inventory(network, kernel);
      wait_for(loop_, network.apply(end, false));
      expect_true_inventory(network, kernel);
    }
  }

  static void expect_true_inventory(const LocalNetwork& network, Kernel& kernel) {
    for (const auto& [name, node] : network.inventory().nodes) {
      EXPECT_EQ(real_interfaces(kernel.namespace_fd(name), kernel.namespace_fd("")), recorded_interfaces(node))
          << "in " << (name.empty() ? "the fabric" : name);
    }
  }

  EventLoop loop_;
};

Topology edited(const Topology& topology) {
  Topology wanted = set_link_up(complete(topology), "s1", "h1", false);
  Node host;
  host.name = "h9";
  wanted = add_node(wanted, host);
  Link link;
  link.a.node = "h9";
  link.b.node = "s2";
  return remove_node(add_link(wanted, link), "h3");
}

TEST_F(FaultInjection, OfAStart) { fail_each_step(Topology{}, build_topology("linear,3")); }
TEST_F(FaultInjection, OfAnEdit) {
  fail_each_step(build_topology("linear,3"), edited(build_topology("linear,3")));
}
TEST_F(FaultInjection, OfAStop) { fail_each_step(build_topology("linear,3"), Topology{}); }

}  // namespace
}  // namespace flowbed
