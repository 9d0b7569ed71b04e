#include <charconv>
#include <functional>
#include <set>

#include "core/topo/numbering.hh"
#include "core/topo/stable_hash.hh"
#include "core/topo/topology.hh"

namespace flowbed {
namespace {

// The number in the host part of "10.0.0.5/8", at least 1; of IPv6 the low 64 bits.
uint64_t first_number(const IpPrefix& base) {
  uint64_t value = 0;
  for (size_t i = base.address.v6 ? 8 : 0; i < base.address.size(); i++)
    value = value << 8 | base.address.bytes[i];
  const int host_bits = base.address.bits() - base.length;
  if (host_bits < 64) value &= (uint64_t{1} << host_bits) - 1;
  return value == 0 ? 1 : value;
}

bool has_address(const Node& node, bool v6) {
  for (const Interface& i : node.interfaces) {
    for (const IpPrefix& a : i.addresses) {
      if (a.address.v6 == v6) return true;
    }
  }
  return false;
}

std::set<IpAddress> addresses_of(const Topology& topology) {
  std::set<IpAddress> taken;
  for (const Node& node : topology.nodes) {
    for (const Interface& i : node.interfaces) {
      for (const IpPrefix& a : i.addresses) taken.insert(a.address);
    }
  }
  return taken;
}

// Every host counts, whether it needs a number or not; a host that needs one passes over those that are
// taken.
class HostNumbers {
 public:
  HostNumbers(const IpPrefix& base, const std::set<IpAddress>& taken)
      : base_(base), taken_(taken), next_(first_number(base)) {}

  uint64_t count() { return next_++; }
  std::optional<IpPrefix> next_address() {
    while (next_ <= base_.capacity() && taken_.contains(base_.nth(next_))) next_++;
    if (next_ > base_.capacity()) return std::nullopt;
    return IpPrefix{base_.nth(next_), base_.length};
  }

 private:
  const IpPrefix base_;
  const std::set<IpAddress>& taken_;
  uint64_t next_;
};

void address_hosts(Topology& topology, const IpPrefix& base, const std::set<IpAddress>& taken,
                   const std::function<bool(const Node&)>& needs_address,
                   const std::function<void(Node&, uint64_t number)>& on_number) {
  HostNumbers numbers(base, taken);
  for (Node& node : topology.nodes) {
    if (node.kind != NodeKind::host) continue;
    if (!node.interfaces.empty() && needs_address(node)) {
      if (const auto address = numbers.next_address()) node.interfaces[0].addresses.push_back(*address);
    }
    on_number(node, numbers.count());
  }
}

void give_mac_by_number(Node& node, uint64_t number, std::set<MacAddress>& taken) {
  if (node.interfaces.empty() || node.interfaces[0].mac) return;
  const MacAddress mac = MacAddress::from_uint64(number);
  if (taken.insert(mac).second) node.interfaces[0].mac = mac;
}

void give_addresses(Topology& topology, std::set<MacAddress>& macs) {
  const NetworkOptions& options = topology.options;
  const auto taken = addresses_of(topology);
  address_hosts(
      topology, options.ipbase, taken,
      [](const Node& node) { return !has_address(node, false) && !has_address(node, true); },
      [&](Node& node, uint64_t number) {
        if (options.auto_mac) give_mac_by_number(node, number, macs);
      });
  if (!options.ipv6) return;
  address_hosts(
      topology, options.ip6base, taken, [](const Node& node) { return !has_address(node, true); },
      [](Node&, uint64_t) {});
}

std::set<MacAddress> macs_of(const Topology& topology) {
  std::set<MacAddress> macs;
  for (const Node& node : topology.nodes) {
    for (const Interface& i : node.interfaces) {
      if (i.mac) macs.insert(*i.mac);
    }
  }
  return macs;
}

// Tries 02:…, a pure function of the names, again with another ending while it is taken.
MacAddress mac_from_names(const std::string& node, const std::string& interface,
                          std::set<MacAddress>& taken) {
  std::string text = node + '/' + interface;
  while (true) {
    const MacAddress mac = MacAddress::from_uint64(uint64_t{2} << 40 | (stable_hash(text) & 0xffffffffff));
    if (taken.insert(mac).second) return mac;
    text += '\'';
  }
}

void give_macs(Topology& topology, std::set<MacAddress>& taken) {
  for (Node& node : topology.nodes) {
    for (Interface& i : node.interfaces) {
      if (!i.mac) i.mac = mac_from_names(node.name, i.name, taken);
    }
  }
}

std::optional<uint64_t> first_digits(const std::string& name) {
  const size_t start = name.find_first_of("0123456789");
  if (start == std::string::npos) return std::nullopt;
  uint64_t number = 0;
  const auto [end, fault] = std::from_chars(name.data() + start, name.data() + name.size(), number);
  return fault == std::errc() && number != 0 ? std::optional(number) : std::nullopt;
}

uint64_t dpid_from_name(std::string name, std::set<uint64_t>& taken) {
  if (const auto number = first_digits(name); number && taken.insert(*number).second) return *number;
  while (true) {
    const uint64_t dpid = stable_hash(name) & 0xffffffffffff;
    if (dpid != 0 && taken.insert(dpid).second) return dpid;
    name += '\'';
  }
}

void give_dpids(Topology& topology) {
  std::set<uint64_t> taken;
  for (const Node& node : topology.nodes) {
    if (node.dpid) taken.insert(*node.dpid);
  }
  for (Node& node : topology.nodes) {
    if (node.is_switch() && !node.dpid) node.dpid = dpid_from_name(node.name, taken);
  }
}

}  // namespace

Topology complete(const Topology& topology) {
  Topology completed = topology;
  number_interfaces(completed);
  auto macs = macs_of(completed);
  give_addresses(completed, macs);
  give_macs(completed, macs);
  give_dpids(completed);
  return completed;
}

}  // namespace flowbed
