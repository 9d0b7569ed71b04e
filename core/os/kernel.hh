// Kernel: every effect that a network has on the operating system's networking, and nothing else.
//
// The engine carries out its plans through this class alone, so that plans run unchanged on LinuxKernel and,
// in tests without any privilege, on a fake that records them. A namespace is named after its node; the empty
// name is the fabric, in which the switches' ports live. Interfaces are named as the kernel names them.
//
// Every function throws Error with what was tried and why it failed, and then has changed nothing.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/address.hh"
#include "core/base/clock.hh"

namespace flowbed {

// One end of a veth pair to be made.
struct VethSpec {
  std::string node;
  std::string interface;
  std::string alias;  // empty: none
  MacAddress mac;
  uint32_t mtu = 1500;
  bool up = true;
  bool super_packets = true;  // may be sent
};

struct InterfaceChange {
  std::optional<MacAddress> mac = {};
  std::optional<uint32_t> mtu = {};
  std::optional<bool> up = {};
  std::optional<bool> super_packets = {};  // of an interface that a user has removed: no error
  bool operator==(const InterfaceChange&) const = default;
};

struct RouteSpec {
  std::optional<IpPrefix> to;  // none: the default route
  std::optional<IpAddress> via;
  std::string interface;  // empty: found from `via`
};

// An interface as it is, whoever made it so.
struct LiveInterface {
  std::string name;
  bool up = false;       // as "ip link set … up" has it
  bool carrier = false;  // and the other end is up too
  std::vector<IpPrefix> addresses = {};
};

// What qdiscs do to packets that leave an interface.
struct EgressSpec {
  uint64_t rate = 0;       // bytes/s; 0: none
  uint32_t overhead = 0;   // bytes that each packet has besides its own
  uint32_t max_queue = 0;  // packets
  Duration delay{}, jitter{};
  // Gilbert's and Elliott's chances: to get into and out of bad times, of loss in bad and good ones.
  std::optional<std::array<double, 4>> loss_model = {};
  double loss = 0;
  uint64_t seed = 0;
};

struct NetemAbilities {
  bool takes_seed = false;
};

// What qdiscs tell of what leaves an interface.
struct EgressCounters {
  uint64_t packets = 0, bytes = 0;                  // that have left
  uint64_t dropped_by_queue = 0, lost = 0;          // packets
  uint64_t waiting_packets = 0, waiting_bytes = 0;  // in the queue
  double packets_per_second = 0, bits_per_second = 0;
};

class Kernel {
 public:
  virtual ~Kernel() = default;

  virtual void create_namespace(const std::string& node, bool ipv6) = 0;  // loopback is up
  virtual void remove_namespace(const std::string& node) = 0;             // its interfaces go with it
  // Returns the two ends' ifindexes.
  virtual std::pair<int, int> create_veth(const VethSpec& a, const VethSpec& b) = 0;
  // To the node and under the name of `to`; returns its ifindex there.
  virtual int move_interface(const std::string& node, const std::string& interface, const VethSpec& to) = 0;
  virtual void remove_interface(const std::string& node, const std::string& interface) = 0;
  virtual void set_interface(const std::string& node, const std::string& interface,
                             const InterfaceChange& change) = 0;
  virtual void add_address(const std::string& node, const std::string& interface,
                           const IpPrefix& address) = 0;
  virtual void remove_address(const std::string& node, const std::string& interface,
                              const IpPrefix& address) = 0;
  virtual void set_forwarding(const std::string& node, bool on) = 0;
  virtual void add_route(const std::string& node, const RouteSpec& route) = 0;
  virtual void remove_route(const std::string& node, const RouteSpec& route) = 0;
  enum class IfKnown { replace, fail };
  virtual void add_neighbour(const std::string& node, const std::string& interface, const IpAddress& address,
                             const MacAddress& mac, IfKnown if_known) = 0;  // permanent
  virtual void remove_neighbour(const std::string& node, const std::string& interface,
                                const IpAddress& address) = 0;
  // By qdiscs. What is on its way stays so.
  virtual void shape_egress(const std::string& node, const std::string& interface,
                            const EgressSpec& spec) = 0;
  virtual void unshape_egress(const std::string& node, const std::string& interface) = 0;
  virtual EgressCounters egress_counters(const std::string& node, const std::string& interface) = 0;
  virtual NetemAbilities find_netem() = 0;  // throws Error with the reason if there is none
  // Neighbours that an interface has learned leave the kernel's table soon after their last use.
  virtual void forget_neighbours_soon(const std::string& node, const std::string& interface) = 0;
  // Changes nothing: what is there, with what users did in their hosts.
  virtual std::vector<LiveInterface> interfaces(const std::string& node) = 0;
  // False while the kernel has not drawn its conclusions from a change of the carrier: what is sent there may
  // be dropped, silently, for a moment.
  virtual bool is_settled(const std::string& node, const std::string& interface) = 0;
  // Runs `work` within the node's network namespace.
  virtual void run_in(const std::string& node, const std::function<void()>& work) = 0;
  // The namespace's descriptor, for setns; owned by the kernel object.
  virtual int namespace_fd(const std::string& node) = 0;
};

}  // namespace flowbed
