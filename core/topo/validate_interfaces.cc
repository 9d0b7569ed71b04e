// Interfaces: names, kinds, ranges, and that no two of one namespace are the same to the kernel.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "core/base/suggest.hh"
#include "core/topo/ifname.hh"
#include "core/topo/names.hh"
#include "core/topo/validation.hh"

namespace flowbed {
namespace {

constexpr uint32_t kMinMtu = 68, kMinIpv6Mtu = 1280, kMaxMtu = 65535;
constexpr uint16_t kMaxVlan = 4094;

std::string interface_name_fault(const std::string& name) {
  // "all" and "default" are names of the kernel's own among the settings of interfaces.
  if (name == "lo" || name == "all" || name == "default")
    return in_quotes(name) + " is reserved; choose another name";
  return name_fault(name, kMaxInterfaceName);
}

void check_mtu(Validation& v, const std::string& place, std::optional<uint32_t> mtu) {
  if (!mtu) return;
  if (*mtu < kMinMtu || *mtu > kMaxMtu) {
    v.fault(place + ".mtu", std::to_string(*mtu) + " is not an MTU; it must be from 68 to 65535 bytes");
  } else if (v.given.options.ipv6 && *mtu < kMinIpv6Mtu) {
    v.fault(place + ".mtu", std::to_string(*mtu) + " is too small for IPv6; it needs at least 1280 bytes");
  }
}

void check_vlan(Validation& v, const std::string& place, uint16_t vlan) {
  if (vlan >= 1 && vlan <= kMaxVlan) return;
  v.fault(place, std::to_string(vlan) + " is not a VLAN; it must be from 1 to 4094");
}

void check_port(Validation& v, const std::string& place, const Interface& port) {
  if (port.port && (*port.port == 0 || *port.port > kMaxPort)) {
    v.fault(place + ".number",
            std::to_string(*port.port) + " is not a port number; it must be from 1 to 65279");
  }
  if (port.vlan) check_vlan(v, place + ".vlan", *port.vlan);
  std::set<uint16_t> seen;
  for (size_t t = 0; t < port.trunks.size(); t++) {
    const std::string trunk_place = place + ".trunks[" + std::to_string(t) + "]";
    check_vlan(v, trunk_place, port.trunks[t]);
    if (!seen.insert(port.trunks[t]).second) v.fault(trunk_place, "this VLAN is listed twice; remove one");
  }
  if (port.vlan && !port.trunks.empty()) {
    v.fault(place, "a port is either an access port (vlan) or a trunk (trunks); remove one of them");
  }
  if (!port.addresses.empty()) v.fault(place + ".addresses", "switch ports have no addresses; remove them");
}

void check_host_interface(Validation& v, const std::string& place, const Interface& i) {
  if (i.port) v.fault(place + ".number", "only switch ports are numbered; remove it");
  if (i.vlan) v.fault(place + ".vlan", "only switch ports have VLANs; remove it");
  if (!i.trunks.empty()) v.fault(place + ".trunks", "only switch ports have VLANs; remove it");
}

void check_mac(Validation& v, const std::string& place, const MacAddress& mac) {
  if (mac.is_multicast() || mac == MacAddress{}) {
    v.fault(place + ".mac",
            mac.to_string() + " is not the address of one interface; write e.g. 02:00:00:00:00:01");
  }
}

void check_listed(Validation& v, const Node& node, const std::string& place, const Interface& i) {
  if (!i.name.empty()) {
    if (const std::string fault = interface_name_fault(i.name); !fault.empty())
      v.fault(place + ".name", fault);
  }
  if (i.kind != "veth") v.fault(place + ".kind", in_quotes(i.kind) + " is no kind of interface; valid: veth");
  check_mtu(v, place, i.mtu);
  if (i.mac) check_mac(v, place, *i.mac);
  if (node.is_switch()) {
    check_port(v, place, i);
  } else {
    check_host_interface(v, place, i);
  }
}

// What is taken already, by whom; the owners' text is made only when a fault needs it.
struct Owner {
  size_t node, interface;
};

std::string owner_text(const Validation& v, Owner owner) {
  const Node& node = v.completed.nodes[owner.node];
  return node.name + ":" + node.interfaces[owner.interface].name;
}

using KernelNames = std::unordered_map<std::string, Owner>;

void check_kernel_name(Validation& v, KernelNames& names, Owner self) {
  const Node& node = v.completed.nodes[self.node];
  const std::string& full = node.interfaces[self.interface].name;
  const std::string kernel = kernel_ifname(full);
  const auto [other, is_new] = names.emplace(kernel, self);
  if (is_new) return;
  const std::string place = v.interface_place(self.node, self.interface);
  const std::string taken = owner_text(v, other->second);
  if (other->second.node == self.node && full == node.interfaces[other->second.interface].name) {
    v.fault(place, in_quotes(full) + " is listed twice; choose another name");
  } else {
    v.fault(place, in_quotes(full) + " is " + in_quotes(kernel) + " to the kernel, as is " + taken +
                       (node.has_namespace() ? "" : ", and all switches share one namespace") +
                       "; choose another name");
  }
}

// False if the number is taken; then the name that would derive from it is none of the person's.
bool check_number(Validation& v, std::unordered_map<uint16_t, size_t>& numbers, Owner self) {
  const Node& node = v.completed.nodes[self.node];
  const auto& number = node.interfaces[self.interface].port;
  if (!node.is_switch() || !number) return true;
  const auto [other, is_new] = numbers.emplace(*number, self.interface);
  if (is_new) return true;
  v.fault(v.interface_place(self.node, self.interface) + ".number",
          "port " + std::to_string(*number) + " of " + node.name + " is " +
              in_quotes(node.interfaces[other->second].name) + " already; choose another number");
  return false;
}

void check_same_mac(Validation& v, std::map<MacAddress, Owner>& macs, Owner self) {
  const auto& mac = v.completed.nodes[self.node].interfaces[self.interface].mac;
  const auto [other, is_new] = macs.emplace(*mac, self);
  if (is_new) return;
  v.fault(
      v.interface_place(self.node, self.interface) + ".mac",
      mac->to_string() + " is the address of " + owner_text(v, other->second) + " already; choose another");
}

void check_taken(Validation& v) {
  KernelNames fabric;
  std::map<MacAddress, Owner> macs;
  for (size_t n = 0; n < v.completed.nodes.size(); n++) {
    const Node& node = v.completed.nodes[n];
    if (v.index.find(node.name) != n) continue;  // a second node of that name: a fault of its own
    KernelNames own;
    std::unordered_map<uint16_t, size_t> numbers;
    for (size_t i = 0; i < node.interfaces.size(); i++) {
      if (check_number(v, numbers, {n, i})) check_kernel_name(v, node.has_namespace() ? own : fabric, {n, i});
      check_same_mac(v, macs, {n, i});
    }
  }
}

}  // namespace

void check_interfaces(Validation& v) {
  for (size_t n = 0; n < v.given.nodes.size(); n++) {
    const Node& node = v.given.nodes[n];
    for (size_t i = 0; i < node.interfaces.size(); i++) {
      check_listed(v, node, v.interface_place(n, i), node.interfaces[i]);
    }
  }
  for (size_t l = 0; l < v.given.links.size(); l++) check_mtu(v, link_place(l), v.given.links[l].mtu);
  check_taken(v);
}

}  // namespace flowbed
