// A failure at every single step of a start, an edit and a stop, on the real kernel: what then exists is what
// the inventory says, and the next apply gets where the first one wanted.

#include <cstdio>
#include <memory>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <sched.h>
#include <unistd.h>

#include "core/engine/local_network.hh"
#include "core/os/linux_kernel.hh"
#include "core/os/network_namespace.hh"
#include "core/rpc/wait_for.hh"
#include "core/topo/builders.hh"
#include "core/topo/edit.hh"
#include "core/topo/json.hh"
#include "tests/core/engine/fake_kernel.hh"
#include "tests/system/failing_kernel.hh"

namespace flowbed {
namespace {

// What a namespace holds, in words: "h1-eth0 up", "h1-eth0 10.0.0.1", "route 10.0.0.0/24 via 10.0.1.1",
// "neighbour 10.0.0.2 02:…".
using Holdings = std::set<std::string>;

std::vector<std::string> lines_of(const std::string& command) {
  std::vector<std::string> lines;
  const std::unique_ptr<FILE, int (*)(FILE*)> output(popen(command.c_str(), "r"), pclose);
  char line[512];
  while (fgets(line, sizeof line, output.get()) != nullptr) {
    lines.emplace_back(line);
    lines.back().pop_back();
  }
  return lines;
}

void add_routes(Holdings& found) {
  for (const char* family : {"-4", "-6"}) {
    for (const std::string& line : lines_of(std::string("ip ") + family + " route show proto static")) {
      std::istringstream words(line);
      std::string to, via, gateway;
      words >> to >> via >> gateway;
      found.insert("route " + to + (via == "via" ? " via " + gateway : ""));
    }
  }
}

void add_neighbours(Holdings& found) {
  for (const std::string& line : lines_of("ip neigh show nud permanent")) {
    std::istringstream words(line);
    std::string address, dev, interface, lladdr, mac;
    words >> address >> dev >> interface >> lladdr >> mac;
    found.insert("neighbour " + address + " " + mac);
  }
}

bool is_link_local(const sockaddr* address) {
  return address->sa_family == AF_INET6 &&
         IN6_IS_ADDR_LINKLOCAL(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr);
}

Holdings real_holdings(int network_namespace, int home) {
  InNetworkNamespace inside(network_namespace, home);
  Holdings found;
  ifaddrs* all = nullptr;
  EXPECT_EQ(getifaddrs(&all), 0);
  for (const ifaddrs* entry = all; entry != nullptr; entry = entry->ifa_next) {
    const std::string name = entry->ifa_name;
    if (name == "lo") continue;
    found.insert(name + (entry->ifa_flags & IFF_UP ? " up" : " down"));
    const sockaddr* address = entry->ifa_addr;
    if (address == nullptr || address->sa_family == AF_PACKET || is_link_local(address)) continue;
    char text[NI_MAXHOST];
    const socklen_t size = address->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    EXPECT_EQ(getnameinfo(address, size, text, sizeof text, nullptr, 0, NI_NUMERICHOST), 0);
    found.insert(name + " " + text);
  }
  freeifaddrs(all);
  add_routes(found);
  add_neighbours(found);
  return found;
}

Holdings recorded_holdings(const Inventory::NodeState& node) {
  Holdings recorded;
  for (const auto& [name, interface] : node.interfaces) {
    recorded.insert(name + (interface.up ? " up" : " down"));
    for (const IpPrefix& prefix : interface.addresses)
      recorded.insert(name + " " + prefix.address.to_string());
    for (const auto& [address, mac] : interface.neighbours)
      recorded.insert("neighbour " + address.to_string() + " " + mac.to_string());
  }
  for (const Route& route : node.routes) {
    recorded.insert("route " + (route.to ? route.to->to_string() : "default") +
                    (route.via ? " via " + route.via->to_string() : ""));
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
      FakeFerry ferry(journal);
      LocalNetwork network({loop_, kernel, switches, ferry, nullptr, nullptr, Capabilities{}, {}}, {[] {}, [] {}});
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
      EXPECT_EQ(real_holdings(kernel.namespace_fd(name), kernel.namespace_fd("")), recorded_holdings(node))
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

Topology line() { return build_topology("linear,3"); }

// Two networks with a router between them, both families, and everybody's MAC known to everybody.
Topology routed() {
  const ReadResult read =
      read_topology(R"({"flowbed": 1, "options": {"ipv6": true, "static_arp": true}, "nodes": [
    {"name": "h1", "interfaces": [{"name": "h1-eth0", "addresses": ["10.1.0.1/24", "fd01::1/64"]}],
     "routes": [{"to": "default", "via": "10.1.0.254"}, {"to": "fd02::/64", "via": "fd01::254"}]},
    {"name": "h2", "interfaces": [{"name": "h2-eth0", "addresses": ["10.2.0.1/24", "fd02::1/64"]}],
     "routes": [{"to": "10.1.0.0/24", "via": "10.2.0.254"}]},
    {"name": "r1", "kind": "router", "interfaces": [{"name": "r1-eth0", "addresses": ["10.1.0.254/24", "fd01::254/64"]},
                                                    {"name": "r1-eth1", "addresses": ["10.2.0.254/24", "fd02::254/64"]}]}],
    "links": [{"a": {"node": "h1"}, "b": {"node": "r1"}}, {"a": {"node": "h2"}, "b": {"node": "r1"}}]})");
  EXPECT_EQ(to_string(read.faults), "");
  return complete(read.topology);
}

// Other addresses and routes, another MAC, a link that is down, a host without neighbours.
Topology rerouted() {
  Topology topology = routed();
  topology.nodes[0].interfaces[0].addresses = {*IpPrefix::parse("10.1.0.2/24"),
                                               *IpPrefix::parse("fd01::2/64")};
  topology.nodes[0].interfaces[0].mac = MacAddress::parse("02:00:00:00:00:77");
  topology.nodes[1].routes.clear();
  topology.links[1].up = false;
  return topology;
}

// One link has a delay, as the ferry or the kernel emulates it.
Topology slow_line(LinkBackend backend) {
  Topology topology = complete(line());
  topology.options.link_backend = backend;
  topology.links[0].shape.delay = std::chrono::milliseconds(5);
  topology.links[1].a_to_b.rate = 8'000'000;
  return topology;
}

TEST_F(FaultInjection, OfLinksThatTheFerryTakesOver) { fail_each_step(line(), slow_line(LinkBackend::ferry)); }
TEST_F(FaultInjection, OfLinksThatTheFerryGivesBack) { fail_each_step(slow_line(LinkBackend::ferry), line()); }
bool kernel_has_netem() {
  try {
    LinuxKernel().find_netem();
    return true;
  } catch (const Error&) {
    return false;
  }
}

TEST_F(FaultInjection, OfLinksThatGoToTheKernel) {
  if (!kernel_has_netem()) GTEST_SKIP() << "this kernel has no netem";
  fail_each_step(slow_line(LinkBackend::ferry), slow_line(LinkBackend::automatic));
}
TEST_F(FaultInjection, OfLinksThatTheKernelGivesBack) {
  if (!kernel_has_netem()) GTEST_SKIP() << "this kernel has no netem";
  fail_each_step(slow_line(LinkBackend::automatic), line());
}

TEST_F(FaultInjection, OfAStart) { fail_each_step(Topology{}, line()); }
TEST_F(FaultInjection, OfAnEdit) { fail_each_step(line(), edited(line())); }
TEST_F(FaultInjection, OfAStop) { fail_each_step(line(), Topology{}); }
TEST_F(FaultInjection, OfAStartWithRoutes) { fail_each_step(Topology{}, routed()); }
TEST_F(FaultInjection, OfAnEditOfRoutes) { fail_each_step(routed(), rerouted()); }
TEST_F(FaultInjection, OfTheWayBack) { fail_each_step(rerouted(), routed()); }

}  // namespace
}  // namespace flowbed
