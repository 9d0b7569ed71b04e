// Addresses: that each can be an interface's, that none is taken twice, that a node's networks do not
// overlap.
#include <algorithm>
#include <map>

#include "core/base/suggest.hh"
#include "core/topo/validation.hh"

namespace flowbed {
namespace {

struct Owner {
  size_t node, interface;
};

bool is_broadcast(const IpPrefix& a) {
  if (a.address.v6 || a.length > 30) return false;
  return (~a.address.to_ipv4() << a.length) == 0;
}

bool is_multicast(const IpAddress& a) { return a.v6 ? a.bytes[0] == 0xff : a.bytes[0] >= 224; }

bool is_loopback(const IpAddress& a) { return a.v6 ? a == *IpAddress::parse("::1") : a.bytes[0] == 127; }

bool is_network(const IpPrefix& a) {
  return a.length <= (a.address.v6 ? 126 : 30) && a.address == a.network();
}

std::string address_fault(const IpPrefix& a, bool ipv6) {
  const std::string text = a.to_string();
  if (a.length == 0) return text + " has no network; write the length of its prefix, e.g. /8";
  if (is_loopback(a.address)) return text + " is the loopback's; choose another address";
  if (is_multicast(a.address)) return text + " is not the address of one host; choose another";
  if (is_network(a))
    return text + " is the network itself; write a host's address in it, e.g. " +
           IpPrefix{a.nth(1), a.length}.to_string();
  if (is_broadcast(a)) return text + " is the network's broadcast address; choose another";
  if (a.address.v6 && !ipv6) return text + " is an IPv6 address, but IPv6 is off; set options.ipv6 to true";
  return "";
}

bool overlap(const IpPrefix& a, const IpPrefix& b) {
  // The whole address as prefix names no network.
  if (a.length == a.address.bits() || b.length == b.address.bits()) return false;
  return a.length <= b.length ? a.contains(b.address) : b.contains(a.address);
}

// Of two different interfaces of one node; the kernel would send to the one or the other.
void check_overlap(Validation& v, size_t n) {
  const auto& interfaces = v.completed.nodes[n].interfaces;
  std::vector<std::pair<IpPrefix, size_t>> seen;
  for (size_t i = 0; i < interfaces.size(); i++) {
    for (const IpPrefix& a : interfaces[i].addresses) {
      const auto other = std::find_if(seen.begin(), seen.end(), [&](const auto& s) {
        return s.second != i && s.first.address != a.address && overlap(s.first, a);
      });
      if (other != seen.end()) {
        v.fault(v.interface_place(n, i),
                "the network of " + a.to_string() + " overlaps that of " + other->first.to_string() + " on " +
                    interfaces[other->second].name + "; give each interface of a node a network of its own");
      }
      seen.emplace_back(a, i);
    }
  }
}

void check_interface(Validation& v, std::map<IpAddress, Owner>& taken, Owner self) {
  const Interface& interface = v.completed.nodes[self.node].interfaces[self.interface];
  for (size_t a = 0; a < interface.addresses.size(); a++) {
    const IpPrefix& address = interface.addresses[a];
    const auto place = [&] {
      return v.interface_place(self.node, self.interface) + ".addresses[" + std::to_string(a) + "]";
    };
    if (const std::string fault = address_fault(address, v.given.options.ipv6); !fault.empty()) {
      v.fault(place(), fault);
    }
    const auto [other, is_new] = taken.emplace(address.address, self);
    if (is_new) continue;
    const Node& owner = v.completed.nodes[other->second.node];
    v.fault(place(), address.address.to_string() + " is the address of " + owner.name + ":" +
                         owner.interfaces[other->second.interface].name + " already; choose a free one");
  }
}

}  // namespace

void check_addresses(Validation& v) {
  std::map<IpAddress, Owner> taken;
  for (size_t n = 0; n < v.completed.nodes.size(); n++) {
    if (!v.completed.nodes[n].is_host()) continue;
    for (size_t i = 0; i < v.completed.nodes[n].interfaces.size(); i++) check_interface(v, taken, {n, i});
    check_overlap(v, n);
  }
}

}  // namespace flowbed
