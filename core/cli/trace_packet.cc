#include "core/cli/trace_packet.hh"

#include <algorithm>
#include <sstream>
#include <vector>

#include "core/cli/words.hh"
#include "core/topo/meeting.hh"

namespace flowbed {
namespace {

// What is said of one direction of the packet, and by whom it would be sent or received.
struct Side {
  bool has_mac = false;
  const Interface* owner = nullptr;
  std::optional<IpPrefix> address = std::nullopt;  // the owner's
};

bool is_one_of(const std::string& name, std::initializer_list<const char*> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void find_owner(const Topology& topology, const std::string& text, Side& side) {
  const auto address = IpAddress::parse(text);
  for (const Node& node : topology.nodes) {
    for (const Interface& interface : node.interfaces) {
      for (const IpPrefix& prefix : interface.addresses) {
        if (address && prefix.address == *address) side.owner = &interface, side.address = prefix;
      }
    }
  }
}

std::string address_text(const Topology& topology, const std::string& value) {
  const Node* node = topology.find(value);
  const auto address = node == nullptr ? std::nullopt : address_towards(nullptr, *node);
  return address ? address->to_string() : value;
}

const Interface* host_interface(const Topology& topology, const LinkEnd& end) {
  const Node* node = topology.find(end.node);
  if (node == nullptr || !node->is_host()) return nullptr;
  for (const Interface& interface : node->interfaces) {
    if (interface.name == end.interface) return &interface;
  }
  return nullptr;
}

std::string port_named(const Topology& topology, const std::string& switch_name, const std::string& port) {
  const Node* bridge = topology.find(switch_name);
  if (bridge == nullptr) return "";
  for (const Interface& interface : bridge->interfaces) {
    if (port == interface.name || port == std::to_string(interface.port.value_or(0))) return interface.name;
  }
  return "";
}

// Who sends into this port of the switch; null: another switch, or nobody.
const Interface* sender_into(const Topology& topology, const std::string& switch_name,
                             const std::string& port) {
  const std::string interface = port_named(topology, switch_name, port);
  for (const Link& link : topology.links) {
    if (link.a.node == switch_name && link.a.interface == interface) return host_interface(topology, link.b);
    if (link.b.node == switch_name && link.b.interface == interface) return host_interface(topology, link.a);
  }
  return nullptr;
}

class PacketReader {
 public:
  PacketReader(const Topology& topology, std::string switch_name)
      : topology_(topology), switch_(std::move(switch_name)) {}

  // The part as it shall be.
  std::string read(const std::string& part) {
    const size_t equals = part.find('=');
    if (equals == std::string::npos) return part;
    const std::string name = strip(part.substr(0, equals)), value = strip(part.substr(equals + 1));
    if (is_one_of(name, {"eth_src", "dl_src"})) source_.has_mac = true;
    if (is_one_of(name, {"eth_dst", "dl_dst"})) target_.has_mac = true;
    if (name == "in_port") entered_ = sender_into(topology_, switch_, value);
    if (is_one_of(name, {"nw_src", "ip_src", "ipv6_src"})) return name + "=" + address(value, source_);
    if (is_one_of(name, {"nw_dst", "ip_dst", "ipv6_dst"})) return name + "=" + address(value, target_);
    return part;
  }

  std::string additions() const {
    std::string text;
    const Interface* sender = source_.owner != nullptr ? source_.owner : entered_;
    if (!source_.has_mac) text += mac_part("eth_src", sender);
    const bool behind_router =
        source_.address && target_.address && !source_.address->contains(target_.address->address);
    if (!target_.has_mac && !behind_router) text += mac_part("eth_dst", target_.owner);
    return text;
  }

 private:
  std::string address(const std::string& value, Side& side) {
    const std::string text = address_text(topology_, value);
    find_owner(topology_, text, side);
    return text;
  }

  static std::string mac_part(const char* field, const Interface* owner) {
    return owner != nullptr && owner->mac ? std::string(",") + field + "=" + owner->mac->to_string() : "";
  }

  const Topology& topology_;
  std::string switch_;
  Side source_, target_;
  const Interface* entered_ = nullptr;
};

}  // namespace

void fill_in_macs(const Topology& topology, Json& params) {
  PacketReader reader(topology, params.at("switch"));
  std::istringstream parts(params.at("packet").get<std::string>());
  std::string packet;
  for (std::string part; std::getline(parts, part, ',');)
    packet += (packet.empty() ? "" : ",") + reader.read(part);
  params["packet"] = packet + reader.additions();
}

}  // namespace flowbed
