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

#include "core/base/address.hh"
#include "core/base/clock.hh"
#include "core/base/cpu_list.hh"
#include "core/topo/flow_exports.hh"
#include "core/topo/link_shape.hh"

namespace flowbed {

// Members named "x-…" of any object in the JSON form: name → its JSON text; kept, never looked at. (Text, and
// not a JSON value, so that whoever includes this header does not compile a JSON library.)
using Extensions = std::map<std::string, std::string>;

enum class NodeKind { host, router, switch_, external_switch, controller };

struct Route {
  std::optional<IpPrefix> to;    // none: the default route
  std::optional<IpAddress> via;  // none: on the link of `interface`
  std::string interface;         // empty: the kernel finds it from `via`
  Extensions extensions = {};
  bool operator==(const Route&) const = default;
};

struct PrivateDir {
  std::string path;  // in the host
  std::string from;  // a directory of the machine to bind there; empty: a new empty one in memory
  Extensions extensions = {};
  bool operator==(const PrivateDir&) const = default;
};

// How a host's commands are scheduled: fairly among all of the machine, or before all others (SCHED_RR).
enum class Scheduling { cfs, rt };

// What a host's commands may use of the machine, all together. None set: as much as there is.
struct HostLimits {
  std::optional<double> cpu;       // the share of all processors' time; 0.1 is a tenth of the whole machine
  CpuList cores;                   // runs on these processors only; empty: on all
  std::optional<uint64_t> memory;  // bytes
  Scheduling sched = Scheduling::cfs;
  bool operator==(const HostLimits&) const = default;
  bool is_none() const { return *this == HostLimits{}; }
};

// A node's attachment point: a host's interface or a switch's port. One that no link names is legal: it waits
// for its link, and no device is made for it until then.
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
  Extensions extensions = {};
  bool operator==(const Interface&) const = default;
};

// Copies what a switch receives on (or sends to) some ports to another port.
struct Mirror {
  std::vector<std::string> ports;  // interface names; empty: all ports
  std::string direction = "both";  // in, out, both
  std::string output;              // interface name
  Extensions extensions = {};
  bool operator==(const Mirror&) const = default;
};

struct Node {
  std::string name;
  NodeKind kind = NodeKind::host;
  std::vector<Interface> interfaces;  // "ports" in a switch's JSON; the order is the numbering
  Extensions extensions = {};

  // Hosts and routers (a router is a host that forwards):
  std::vector<Route> routes;
  std::vector<PrivateDir> private_dirs;
  std::vector<IpAddress> nameservers;  // for its resolv.conf
  HostLimits limits;

  // Switches:
  std::optional<uint64_t> dpid;
  std::vector<Mirror> mirrors;
  std::optional<uint32_t> mac_ageing;    // seconds; 300 where not given
  bool stp = false;                      // runs rapid spanning tree
  std::optional<uint16_t> stp_priority;  // 0 … 61440 in steps of 4096; 32768 where not given

  std::string fail_mode;               // secure or standalone; where empty: see fails_open
  std::vector<std::string> protocols;  // OpenFlow10, OpenFlow13, OpenFlow14; where empty: all
  std::optional<uint16_t>
      listen_port;              // where OpenFlow's tools connect, on the loopback of fabric and machine
  std::string listen_protocol;  // there: tcp, ssl; tcp where empty
  std::optional<std::vector<std::string>> controllers;  // that it connects to; where not given: all

  FlowExports exports;  // to collectors of sFlow, NetFlow and IPFIX

  // Controllers: a place that switches connect to.
  std::string address;               // "127.0.0.1"
  std::optional<uint16_t> tcp_port;  // where not given: 6653, else 6633
  std::string protocol;              // tcp, ssl; tcp where empty
  std::string place;                 // whose network that is: machine, fabric or a host; machine where empty
  std::string program;               // a command that runs in the fabric while the network does; may be empty

  bool operator==(const Node&) const = default;
  bool is_host() const { return kind == NodeKind::host || kind == NodeKind::router; }
  bool is_switch() const { return kind == NodeKind::switch_ || kind == NodeKind::external_switch; }
  // Else its interfaces live in the fabric.
  bool has_namespace() const { return is_host() || kind == NodeKind::external_switch; }
};

struct LinkEnd {
  std::string node;
  // Empty: the node's next one, which is the first it lists that no link names, else a new one. A name that
  // the node does not list must be of the form NODE-ethN.
  std::string interface;
  std::string kind = "interface";  // how the link is attached
  Extensions extensions = {};
  bool operator==(const LinkEnd&) const = default;
};

// What becomes of a link later; what is not given stays as it is.
struct LinkChange {
  Duration at{};  // since the network was started
  LinkShape shape = {}, a_to_b = {}, b_to_a = {};
  std::optional<bool> up = {};
  Extensions extensions = {};
  bool operator==(const LinkChange&) const = default;
  bool shapes() const { return !shape.is_plain() || !a_to_b.is_plain() || !b_to_a.is_plain(); }
};

struct Link {
  std::string kind = "veth";
  LinkEnd a, b;
  LinkShape shape;              // of both directions
  LinkShape a_to_b, b_to_a;     // what is different in one of them
  std::optional<uint32_t> mtu;  // of both ends; 1500 where not given
  bool up = true;
  std::vector<LinkChange> schedule;  // one after the other
  Extensions extensions = {};
  bool operator==(const Link&) const = default;
  bool is_plain() const { return shape.is_plain() && a_to_b.is_plain() && b_to_a.is_plain(); }
};

struct Position {
  double x = 0, y = 0;  // editor coordinates; y grows downwards
  Extensions extensions = {};
  bool operator==(const Position&) const = default;
};

// Who does to packets what links are given: the kernel's qdiscs where they do exactly that, else the ferry.
enum class LinkBackend { automatic, qdisc, ferry };

struct NetworkOptions {
  IpPrefix ipbase =
      *IpPrefix::parse("10.0.0.0/8");  // a host part, as in 10.0.0.5/8, is where numbering starts
  bool ipv6 = false;                   // else hosts have IPv6 switched off
  IpPrefix ip6base = *IpPrefix::parse("fd00::/64");
  bool auto_mac = false;         // 00:00:00:00:00:N, in the order of the hosts
  bool static_arp = false;       // every host knows every other's MAC from the start
  std::optional<uint64_t> seed;  // of what is random on links; drawn at the start where not given
  LinkBackend link_backend = LinkBackend::automatic;
  Extensions extensions = {};
  bool operator==(const NetworkOptions&) const = default;
};

// The identity of all switches in OpenFlow under TLS ("ssl"): files in PEM form, which are read when the
// network is built. All or none are given.
struct TlsFiles {
  std::string private_key;
  std::string certificate;
  std::string ca_certificate;  // of the authority that has signed the controllers' certificates
  Extensions extensions = {};
  bool operator==(const TlsFiles&) const = default;
  bool is_none() const { return private_key.empty() && certificate.empty() && ca_certificate.empty(); }
};

struct Topology {
  std::string name;  // a title, may be empty
  NetworkOptions options;
  TlsFiles tls;
  std::vector<Node> nodes;  // names are unique; the order is the numbering
  std::vector<Link> links;
  std::map<std::string, Position> layout;  // by node
  Extensions extensions = {};
  bool operator==(const Topology&) const = default;

  // The node of that name or null. Looks through all of them: for one look-up, not inside a loop.
  const Node* find(const std::string& node) const;
  Node* find(const std::string& node);
};

bool runs_spanning_tree(const Topology& topology);  // some switch does

// "host", "router", "switch", "external-switch", "controller".
const char* to_string(NodeKind kind);
const char* to_string(Scheduling sched);     // "cfs", "rt"
const char* to_string(LinkBackend backend);  // "auto", "qdisc", "ferry"
std::optional<LinkBackend> parse_link_backend(std::string_view text);

constexpr uint32_t kDefaultMtu = 1500;
constexpr uint32_t kDefaultMacAgeing = 300;  // seconds
constexpr uint16_t kMaxPort = 65279;         // OpenFlow's reserved numbers come after it
constexpr uint16_t kMaxStpPort = 4095;       // the highest number that spanning tree can tell
constexpr uint16_t kDefaultStpPriority = 32768, kStpPriorityStep = 4096;

// Every gap filled: what the plan needs is given. (MTU, MAC ageing and a controller's place keep their stated
// defaults, so that a completed topology reads no worse than the one a person wrote.) Never fails: what is
// not valid stays as it is. Idempotent; and stable: adding a node or link at the end of a completed topology
// changes nothing before it.
//
// - Interfaces in the order of the links: hosts from h1-eth0, switch ports from 1 = s1-eth1; a number after a
// gap goes on
//   after the highest one, as Mininet's does.
// - The first interface of the N-th host: ipbase's N-th address (ip6base's too, with ipv6) unless the host
// has one;
//   addresses that are taken are skipped. Routers have none by themselves.
// - MACs: with auto_mac 00:00:00:00:00:N for the first interface of a host; otherwise 02:… from the names of
// node and
//   interface, so that they are the same at every start.
// - dpid: the first digits in the switch's name; else, or where that is taken, from the name.
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
