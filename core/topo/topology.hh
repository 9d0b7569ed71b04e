// Topology: a whole network as one passive value.
//
// Everything that Flowbed does to a network is "make it look like this value": start, edit, undo, stop and
// dry run all compare two such values (plan.hh). So a Topology holds no handles and no state, compares
// exactly, and survives a round trip through JSON (json.hh) without loss.
//
// What a person may leave out is left out here too (std::optional, empty strings). `complete` fills every gap
// by Mininet's numbering: interfaces h1-eth0, s1-eth1; ports from 1; addresses from ipbase in the order of
// the hosts; dpids from the digits of the switch's name. Validation reports every fault, each with its place.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/address.hh"
#include "core/base/clock.hh"

namespace flowbed {

// Members named "x-…" of any object in the JSON form: kept as they are, never looked at.
using Extensions = nlohmann::json;  // null or an object

enum class NodeKind { host, router, switch_, external_switch, controller };

struct Route {
  std::optional<IpPrefix> to;    // none: the default route
  std::optional<IpAddress> via;  // none: on the link of `interface`
  std::string interface;         // empty: the kernel finds it from `via`
  bool operator==(const Route&) const = default;
};

struct PrivateDir {
  std::string path;  // in the host
  std::string from;  // a directory of the machine to bind there; empty: a new empty one in memory
  bool operator==(const PrivateDir&) const = default;
};

// A node's attachment point: a host's interface or a switch's port.
struct Interface {
  std::string name;           // full name; the kernel's may be a short form, see ifname.hh
  std::string kind = "veth";  // how it is made; later: vf, hw, tunnel …
  std::optional<MacAddress> mac;
  std::vector<IpPrefix> addresses;
  std::optional<uint32_t> mtu;  // bytes; 68 … 65535
  // Switches only:
  std::optional<uint16_t> port;  // the OpenFlow port number, from 1
  std::optional<uint16_t> vlan;  // access port of this VLAN, 1 … 4094
  std::vector<uint16_t> trunks;  // carries these VLANs tagged; empty and no `vlan`: all of them
  Extensions extensions;
  bool operator==(const Interface&) const = default;
};

// Copies what a switch receives on (or sends to) some ports to another port.
struct Mirror {
  std::vector<std::string> ports;  // interface names; empty: all ports
  std::string direction = "both";  // in, out, both
  std::string output;              // interface name
  bool operator==(const Mirror&) const = default;
};

struct Node {
  std::string name;
  NodeKind kind = NodeKind::host;
  std::vector<Interface> interfaces;  // "ports" in a switch's JSON
  Extensions extensions;

  // Hosts and routers (a router is a host that forwards):
  std::vector<Route> routes;
  std::vector<PrivateDir> private_dirs;
  std::vector<IpAddress> nameservers;  // for its resolv.conf

  // Switches:
  std::optional<uint64_t> dpid;
  std::vector<Mirror> mirrors;
  std::optional<uint32_t> mac_ageing;  // seconds; 300 where not given

  // Controllers: a place to connect to.
  std::string address;               // "127.0.0.1"
  std::optional<uint16_t> tcp_port;  // 6653

  bool operator==(const Node&) const = default;
  bool has_namespace() const {
    return kind == NodeKind::host || kind == NodeKind::router || kind == NodeKind::external_switch;
  }
  bool is_host() const { return kind == NodeKind::host || kind == NodeKind::router; }
};

struct LinkEnd {
  std::string node;
  std::string interface;  // empty: the node's next one
  bool operator==(const LinkEnd&) const = default;
};

// What a link does to packets; both directions alike. None set: a plain veth pair.
struct LinkShape {
  std::optional<uint64_t> rate;   // bit/s
  std::optional<Duration> delay;  // one way
  std::optional<Duration> jitter;
  std::optional<double> loss;         // 0 … 1
  std::optional<uint32_t> max_queue;  // packets
  bool operator==(const LinkShape&) const = default;
  bool is_plain() const { return *this == LinkShape{}; }
};

struct Link {
  std::string kind = "veth";
  LinkEnd a, b;
  LinkShape shape;
  std::optional<uint32_t> mtu;  // of both ends; 1500 where not given
  bool up = true;
  Extensions extensions;
  bool operator==(const Link&) const = default;
};

struct Position {
  double x = 0, y = 0;  // editor coordinates
  bool operator==(const Position&) const = default;
};

struct NetworkOptions {
  IpPrefix ipbase = *IpPrefix::parse("10.0.0.0/8");
  bool ipv6 = false;  // else hosts have IPv6 switched off
  IpPrefix ip6base = *IpPrefix::parse("fd00::/64");
  bool auto_mac = false;    // 00:00:00:00:00:N, in the order of the hosts
  bool static_arp = false;  // every host knows every other's MAC from the start
  bool operator==(const NetworkOptions&) const = default;
};

struct Topology {
  std::string name;  // a title, may be empty
  NetworkOptions options;
  std::vector<Node> nodes;  // names are unique; the order is the numbering
  std::vector<Link> links;
  std::map<std::string, Position> layout;  // by node
  Extensions extensions;
  bool operator==(const Topology&) const = default;

  const Node* find(const std::string& node) const;
  Node* find(const std::string& node);
};

// "host", "router", "switch", "external-switch", "controller".
const char* to_string(NodeKind kind);

// Every gap filled, as told above. Expects a valid topology. Idempotent, and stable: adding a node or link at
// the end changes nothing before it. MACs without --mac derive from the interface's name (locally
// administered).
Topology complete(const Topology& topology);

struct Fault {
  std::string place;    // "links[3].delay", "nodes[2].interfaces[0].addresses[1]"
  std::string message;  // what is wrong and what to do
};

// All faults at once; empty: fine. Names, kinds, references, ports used twice, addresses out of place or
// taken twice.
std::vector<Fault> validate(const Topology& topology);
// One line a fault, "place: message".
std::string to_string(const std::vector<Fault>& faults);

}  // namespace flowbed
