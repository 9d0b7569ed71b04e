// LinuxKernel: the Kernel that is really there. Single-threaded: it moves the calling thread between network
// namespaces for the length of a call, and leaves it in the fabric.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/fd.hh"
#include "core/os/kernel.hh"
#include "core/os/netlink.hh"

namespace flowbed {

class LinuxKernel : public Kernel {
 public:
  LinuxKernel();  // the namespace that the caller is in becomes the fabric

  void create_namespace(const std::string& node, bool ipv6) override;
  void remove_namespace(const std::string& node) override;
  std::pair<int, int> create_veth(const VethSpec& a, const VethSpec& b) override;
  int move_interface(const std::string& node, const std::string& interface, const VethSpec& to) override;
  void remove_interface(const std::string& node, const std::string& interface) override;
  void set_interface(const std::string& node, const std::string& interface,
                     const InterfaceChange& change) override;
  void add_address(const std::string& node, const std::string& interface, const IpPrefix& address) override;
  void remove_address(const std::string& node, const std::string& interface,
                      const IpPrefix& address) override;
  void set_forwarding(const std::string& node, bool on) override;
  void add_route(const std::string& node, const RouteSpec& route) override;
  void remove_route(const std::string& node, const RouteSpec& route) override;
  void add_neighbour(const std::string& node, const std::string& interface, const IpAddress& address,
                     const MacAddress& mac, IfKnown if_known) override;
  void remove_neighbour(const std::string& node, const std::string& interface,
                        const IpAddress& address) override;
  void shape_egress(const std::string& node, const std::string& interface, const EgressSpec& spec) override;
  void unshape_egress(const std::string& node, const std::string& interface) override;
  EgressCounters egress_counters(const std::string& node, const std::string& interface) override;
  NetemAbilities find_netem() override;
  void forget_neighbours_soon(const std::string& node, const std::string& interface) override;
  std::vector<LiveInterface> interfaces(const std::string& node) override;
  bool is_settled(const std::string& node, const std::string& interface) override;
  void run_in(const std::string& node, const std::function<void()>& work) override;
  int namespace_fd(const std::string& node) override;

 private:
  RouteSocket& socket(const std::string& node);
  void set_alias(const VethSpec& end);
  void change_interface(const std::string& node, const std::string& interface, const InterfaceChange& change);
  void rehouse(const std::string& node, const std::string& interface, const std::string& to_node,
               const std::string& to_interface);
  std::pair<int, int> finish_veth(const VethSpec& a, const VethSpec& b);

  FileDescriptor fabric_;
  RouteSocket fabric_socket_;
  // Of the next interface: no two of a network have the same, though they live in different namespaces. Where
  // both ends of a pair have, the kernel takes it for no pair, and may let a second pass before it sends
  // there (linkwatch_urgent_event). What users make in their hosts gets the low numbers.
  int next_ifindex_ = 1001;
  std::map<std::string, FileDescriptor> namespaces_;
  // The socket of the node that was worked on last: plans go node by node.
  std::string recent_node_;
  std::optional<RouteSocket> recent_socket_;
};

}  // namespace flowbed
