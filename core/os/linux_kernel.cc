#include "core/os/linux_kernel.hh"

#include <cstring>
#include <functional>

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include "core/base/error.hh"
#include "core/os/live_interfaces.hh"
#include "core/os/network_namespace.hh"
#include "core/os/offloads.hh"
#include "core/os/qdiscs.hh"

namespace flowbed {
namespace {

constexpr int kLoopbackIfindex = 1;  // the first interface of every namespace

ifinfomsg link_header(int ifindex, std::optional<bool> up) {
  ifinfomsg header{};
  header.ifi_index = ifindex;
  if (up) {
    header.ifi_change = IFF_UP;
    header.ifi_flags = *up ? IFF_UP : 0;
  }
  return header;
}

void put_ip(NetlinkMessage& message, int attribute, const IpAddress& address) {
  message.put(attribute, address.bytes.data(), address.size());
}

// TCP makes super-packets whatever an interface's features are; these decide only about what comes behind its
// qdiscs. It does not make them larger than this.
void put_super_packets(NetlinkMessage& message, bool allowed) {
  constexpr uint32_t kMostSegments = 65535;
  message.put_u32(IFLA_GSO_MAX_SEGS, allowed ? kMostSegments : 1);
}

// One queue a side makes a veth pair a third cheaper to build, and two more would serve nobody on one
// datapath thread.
void put_veth_end(NetlinkMessage& message, const VethSpec& end, int namespace_fd) {
  message.put_string(IFLA_IFNAME, end.interface);
  message.put(IFLA_ADDRESS, end.mac.bytes.data(), end.mac.bytes.size());
  message.put_u32(IFLA_MTU, end.mtu);
  message.put_u32(IFLA_NUM_TX_QUEUES, 1);
  message.put_u32(IFLA_NUM_RX_QUEUES, 1);
  if (!end.super_packets) put_super_packets(message, false);
  if (!end.node.empty()) message.put_u32(IFLA_NET_NS_FD, static_cast<uint32_t>(namespace_fd));
}

// Removes what may be gone already, for users change things inside their hosts: then there is nothing to do.
void remove_if_there(const std::function<void()>& removal) {
  try {
    removal();
  } catch (const SystemError& fault) {
    for (const int gone : {ENODEV, ENOENT, ESRCH, EADDRNOTAVAIL}) {
      if (fault.errnum() == gone) return;
    }
    throw;
  }
}

std::string place(const std::string& node, const std::string& interface) {
  return interface + (node.empty() ? " (switch side)" : " of " + node);
}

}  // namespace

LinuxKernel::LinuxKernel() : fabric_(current_network_namespace()) {
  set_sysctl("net/ipv6/conf/default/disable_ipv6", "1");  // switch ports speak for nobody
}

void LinuxKernel::create_namespace(const std::string& node, bool ipv6) {
  if (namespaces_.contains(node)) throw Error("create namespace " + node + ": it exists");
  InNetworkNamespace back(fabric_.get(), fabric_.get());
  FileDescriptor fd = new_network_namespace();
  if (ipv6) {
    set_sysctl("net/ipv6/conf/default/accept_dad", "0");  // addresses are ours to give: usable at once
  } else {
    set_sysctl("net/ipv6/conf/default/disable_ipv6", "1");
  }
  recent_socket_.emplace();
  recent_node_ = node;
  NetlinkMessage message(RTM_NEWLINK, 0);
  message.append_header(link_header(kLoopbackIfindex, true));
  recent_socket_->request("bring up loopback of " + node, message);
  namespaces_.emplace(node, std::move(fd));
}

// The kernel removes a namespace in its own time, and not while anything holds it; its links go now.
void LinuxKernel::remove_namespace(const std::string& node) {
  for (const LiveInterface& interface : interfaces(node)) {
    if (interface.name != "lo") remove_interface(node, interface.name);
  }
  if (recent_node_ == node) recent_socket_.reset();
  namespaces_.erase(node);
}

std::vector<LiveInterface> LinuxKernel::interfaces(const std::string& node) {
  InNetworkNamespace inside(namespace_fd(node), fabric_.get());
  return live_interfaces();
}

// The operational state follows the carrier in the moment in which link watch lets the device send, or stops
// it. Unknown is the state of a device that link watch has not seen yet, and of one that has no carrier to
// watch. Newer kernels send link watch to a single device that is asked about, out of its turn; to a list
// they do not.
bool LinuxKernel::is_settled(const std::string& node, const std::string& interface) {
  const int ifindex = socket(node).ifindex(interface);
  NetlinkMessage question(RTM_GETLINK, 0);
  question.append_header(link_header(0, std::nullopt));
  question.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  bool result = true;
  socket(node).list("list the interfaces of " + node, question, [&](const NetlinkAnswer& answer) {
    const auto& info = answer.header<ifinfomsg>();
    if (info.ifi_index != ifindex) return;
    const auto state = answer.find<uint8_t>(IFLA_OPERSTATE, sizeof info).value_or(IF_OPER_UNKNOWN);
    const auto carrier_changes = answer.find<uint32_t>(IFLA_CARRIER_CHANGES, sizeof info).value_or(0);
    const bool watched = state != IF_OPER_UNKNOWN || carrier_changes == 0;
    const bool has_carrier = (info.ifi_flags & IFF_LOWER_UP) != 0;
    result = has_carrier ? watched && (state == IF_OPER_UP || state == IF_OPER_UNKNOWN) : state != IF_OPER_UP;
  });
  return result;
}

std::pair<int, int> LinuxKernel::create_veth(const VethSpec& a, const VethSpec& b) {
  NetlinkMessage message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  message.append_header(link_header(next_ifindex_++, a.up));
  put_veth_end(message, a, namespace_fd(a.node));
  nlattr* info = message.begin_nested(IFLA_LINKINFO);
  message.put(IFLA_INFO_KIND, "veth", strlen("veth"));
  nlattr* data = message.begin_nested(IFLA_INFO_DATA);
  nlattr* peer = message.begin_nested(VETH_INFO_PEER);
  // A peer cannot be born up: its partner is not there yet.
  message.append_header(link_header(next_ifindex_++, std::nullopt));
  put_veth_end(message, b, namespace_fd(b.node));
  message.end_nested(peer);
  message.end_nested(data);
  message.end_nested(info);
  fabric_socket_.request("link " + place(a.node, a.interface) + " with " + place(b.node, b.interface),
                         message);
  try {
    return finish_veth(a, b);
  } catch (...) {
    remove_interface(a.node, a.interface);
    throw;
  }
}

// What a pair cannot be told at its birth.
std::pair<int, int> LinuxKernel::finish_veth(const VethSpec& a, const VethSpec& b) {
  if (b.up) set_interface(b.node, b.interface, {.up = true});
  for (const VethSpec* end : {&a, &b}) {
    if (!end->alias.empty()) set_alias(*end);
    if (!end->node.empty()) turn_off_unspeakable_offloads(socket(end->node).fd(), end->interface);
  }
  return {socket(a.node).ifindex(a.interface), socket(b.node).ifindex(b.interface)};
}

// Not taken at an interface's birth, so it comes after.
void LinuxKernel::set_alias(const VethSpec& end) {
  NetlinkMessage message(RTM_NEWLINK, 0);
  message.append_header(link_header(socket(end.node).ifindex(end.interface), std::nullopt));
  message.put_string(IFLA_IFALIAS, end.alias);
  socket(end.node).request("name " + place(end.node, end.interface), message);
}

int LinuxKernel::move_interface(const std::string& node, const std::string& interface, const VethSpec& to) {
  rehouse(node, interface, to.node, to.interface);
  try {
    set_interface(to.node, to.interface, {to.mac, to.mtu, to.up});
    if (!to.alias.empty()) set_alias(to);
    if (!to.node.empty()) turn_off_unspeakable_offloads(socket(to.node).fd(), to.interface);
    return socket(to.node).ifindex(to.interface);
  } catch (...) {
    rehouse(to.node, to.interface, node, interface);
    set_interface(node, interface, {.up = true});
    throw;
  }
}

// The kernel sets it down on the way.
void LinuxKernel::rehouse(const std::string& node, const std::string& interface, const std::string& to_node,
                          const std::string& to_interface) {
  NetlinkMessage message(RTM_NEWLINK, 0);
  message.append_header(link_header(socket(node).ifindex(interface), std::nullopt));
  message.put_string(IFLA_IFNAME, to_interface);
  message.put_u32(IFLA_NET_NS_FD, static_cast<uint32_t>(namespace_fd(to_node)));
  socket(node).request("move " + place(node, interface) + " to " + place(to_node, to_interface), message);
}

void LinuxKernel::remove_interface(const std::string& node, const std::string& interface) {
  remove_if_there([&] {
    NetlinkMessage message(RTM_DELLINK, 0);
    message.append_header(link_header(socket(node).ifindex(interface), std::nullopt));
    socket(node).request("remove " + place(node, interface), message);
  });
}

void LinuxKernel::set_interface(const std::string& node, const std::string& interface,
                                const InterfaceChange& change) {
  if (change == InterfaceChange{.super_packets = change.super_packets}) {
    return remove_if_there([&] { change_interface(node, interface, change); });
  }
  change_interface(node, interface, change);
}

void LinuxKernel::change_interface(const std::string& node, const std::string& interface,
                                   const InterfaceChange& change) {
  NetlinkMessage message(RTM_NEWLINK, 0);
  message.append_header(link_header(socket(node).ifindex(interface), change.up));
  if (change.mac) message.put(IFLA_ADDRESS, change.mac->bytes.data(), change.mac->bytes.size());
  if (change.mtu) message.put_u32(IFLA_MTU, *change.mtu);
  if (change.super_packets) put_super_packets(message, *change.super_packets);
  socket(node).request("change " + place(node, interface), message);
}

void LinuxKernel::shape_egress(const std::string& node, const std::string& interface,
                               const EgressSpec& spec) {
  put_qdiscs(socket(node), socket(node).ifindex(interface), spec,
             "shape what leaves " + place(node, interface));
}

void LinuxKernel::unshape_egress(const std::string& node, const std::string& interface) {
  remove_if_there([&] {
    remove_qdiscs(socket(node), socket(node).ifindex(interface),
                  "shape no longer what leaves " + place(node, interface));
  });
}

EgressCounters LinuxKernel::egress_counters(const std::string& node, const std::string& interface) {
  return read_qdiscs(socket(node), socket(node).ifindex(interface), "ask about " + place(node, interface));
}

NetemAbilities LinuxKernel::find_netem() {
  InNetworkNamespace back(fabric_.get(), fabric_.get());
  const FileDescriptor trial = new_network_namespace();
  RouteSocket socket;
  return try_netem(socket);
}

namespace {

NetlinkMessage address_message(int type, int flags, int ifindex, const IpPrefix& prefix) {
  NetlinkMessage message(type, flags);
  ifaddrmsg header{};
  header.ifa_family = static_cast<uint8_t>(prefix.address.family());
  header.ifa_prefixlen = static_cast<uint8_t>(prefix.length);
  header.ifa_flags = prefix.address.v6 ? IFA_F_NODAD : 0;
  header.ifa_index = static_cast<uint32_t>(ifindex);
  message.append_header(header);
  put_ip(message, IFA_LOCAL, prefix.address);
  put_ip(message, IFA_ADDRESS, prefix.address);
  if (!prefix.address.v6 && prefix.length < 31) {
    IpAddress broadcast = IpAddress::from_ipv4(prefix.network().to_ipv4() | (0xffffffffU >> prefix.length));
    put_ip(message, IFA_BROADCAST, broadcast);
  }
  return message;
}

}  // namespace

void LinuxKernel::add_address(const std::string& node, const std::string& interface,
                              const IpPrefix& address) {
  auto message =
      address_message(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, socket(node).ifindex(interface), address);
  socket(node).request("add address " + address.to_string() + " to " + place(node, interface), message);
}

void LinuxKernel::remove_address(const std::string& node, const std::string& interface,
                                 const IpPrefix& address) {
  remove_if_there([&] {
    auto message = address_message(RTM_DELADDR, 0, socket(node).ifindex(interface), address);
    socket(node).request("remove address " + address.to_string() + " from " + place(node, interface),
                         message);
  });
}

void LinuxKernel::set_forwarding(const std::string& node, bool on) {
  InNetworkNamespace inside(namespace_fd(node), fabric_.get());
  if (!set_sysctl("net/ipv4/ip_forward", on ? "1" : "0")) {
    throw Error("set forwarding of " + node + ": /proc/sys is read-only on this machine");
  }
  set_sysctl("net/ipv6/conf/all/forwarding", on ? "1" : "0");
}

namespace {

NetlinkMessage route_message(int type, int flags, const RouteSpec& route, int ifindex) {
  NetlinkMessage message(type, flags);
  const bool v6 = route.to ? route.to->address.v6 : route.via && route.via->v6;
  rtmsg header{};
  header.rtm_family = v6 ? AF_INET6 : AF_INET;
  header.rtm_dst_len = route.to ? static_cast<uint8_t>(route.to->length) : 0;
  header.rtm_table = RT_TABLE_MAIN;
  header.rtm_protocol = RTPROT_STATIC;
  header.rtm_scope = route.via ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  header.rtm_type = RTN_UNICAST;
  message.append_header(header);
  if (route.to) put_ip(message, RTA_DST, route.to->network());
  if (route.via) put_ip(message, RTA_GATEWAY, *route.via);
  if (ifindex > 0) message.put_u32(RTA_OIF, static_cast<uint32_t>(ifindex));
  return message;
}

std::string describe(const RouteSpec& route) {
  return "route to " + (route.to ? route.to->to_string() : "default") +
         (route.via ? " via " + route.via->to_string() : "");
}

NetlinkMessage neighbour_message(int type, int flags, int ifindex, const IpAddress& address) {
  NetlinkMessage message(type, flags);
  ndmsg header{};
  header.ndm_family = static_cast<uint8_t>(address.family());
  header.ndm_ifindex = ifindex;
  header.ndm_state = NUD_PERMANENT;
  message.append_header(header);
  put_ip(message, NDA_DST, address);
  return message;
}

}  // namespace

void LinuxKernel::add_route(const std::string& node, const RouteSpec& route) {
  const int ifindex = route.interface.empty() ? 0 : socket(node).ifindex(route.interface);
  auto message = route_message(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, route, ifindex);
  socket(node).request("add " + describe(route) + " in " + node, message);
}

void LinuxKernel::remove_route(const std::string& node, const RouteSpec& route) {
  remove_if_there([&] {
    const int ifindex = route.interface.empty() ? 0 : socket(node).ifindex(route.interface);
    auto message = route_message(RTM_DELROUTE, 0, route, ifindex);
    socket(node).request("remove " + describe(route) + " in " + node, message);
  });
}

void LinuxKernel::add_neighbour(const std::string& node, const std::string& interface,
                                const IpAddress& address, const MacAddress& mac, IfKnown if_known) {
  auto message =
      neighbour_message(RTM_NEWNEIGH, NLM_F_CREATE | (if_known == IfKnown::fail ? NLM_F_EXCL : NLM_F_REPLACE),
                        socket(node).ifindex(interface), address);
  message.put(NDA_LLADDR, mac.bytes.data(), mac.bytes.size());
  socket(node).request("add neighbour " + address.to_string() + " in " + node, message);
}

void LinuxKernel::remove_neighbour(const std::string& node, const std::string& interface,
                                   const IpAddress& address) {
  remove_if_there([&] {
    auto message = neighbour_message(RTM_DELNEIGH, 0, socket(node).ifindex(interface), address);
    socket(node).request("remove neighbour " + address.to_string() + " in " + node, message);
  });
}

// A neighbour that is known to be reachable (15 to 45 s long), or about to be probed, is held by its timer.
// Once it has become stale, the kernel drops it when others need the room, 5 s after that. Whoever was used
// less than the delay before is probed instead of becoming stale, so the delay has to be the shorter of the
// two times.
void LinuxKernel::forget_neighbours_soon(const std::string& node, const std::string& interface) {
  constexpr uint64_t kReachableTime = 2000, kProbeDelay = 500;  // ms; the kernel varies the first by one half
  const int ifindex = socket(node).ifindex(interface);
  for (const auto& [table, family] : {std::pair("arp_cache", AF_INET), std::pair("ndisc_cache", AF_INET6)}) {
    NetlinkMessage message(RTM_SETNEIGHTBL, 0);
    message.append_header(ndtmsg{static_cast<uint8_t>(family), 0, 0});
    message.put_string(NDTA_NAME, table);
    nlattr* parameters = message.begin_nested(NDTA_PARMS);
    message.put_u32(NDTPA_IFINDEX, static_cast<uint32_t>(ifindex));
    message.put(NDTPA_BASE_REACHABLE_TIME, &kReachableTime, sizeof kReachableTime);
    message.put(NDTPA_DELAY_PROBE_TIME, &kProbeDelay, sizeof kProbeDelay);
    message.end_nested(parameters);
    remove_if_there([&] {  // an interface without IPv6 is not in that table
      socket(node).request("shorten the neighbours' time of " + place(node, interface), message);
    });
  }
}

void LinuxKernel::run_in(const std::string& node, const std::function<void()>& work) {
  InNetworkNamespace inside(namespace_fd(node), fabric_.get());
  work();
}

int LinuxKernel::namespace_fd(const std::string& node) {
  if (node.empty()) return fabric_.get();
  const auto found = namespaces_.find(node);
  if (found == namespaces_.end()) throw Error("there is no namespace for " + node);
  return found->second.get();
}

RouteSocket& LinuxKernel::socket(const std::string& node) {
  if (node.empty()) return fabric_socket_;
  if (!recent_socket_ || recent_node_ != node) {
    InNetworkNamespace inside(namespace_fd(node), fabric_.get());
    recent_socket_.emplace();
    recent_node_ = node;
  }
  return *recent_socket_;
}

}  // namespace flowbed
