// The plan: what must be done, in order, so that what exists becomes what is wanted.
//
// `make_plan` is a pure function: Inventory (what Flowbed made and set, as recorded step by step) × completed
// Topology × Capabilities → steps. Start is the diff from an empty inventory, stop the diff to an empty
// topology; an edit, an undo and the repair after a half-failed apply are diffs like any other. The engine
// carries out the steps through `Kernel` and calls `record` after each success, so the inventory is always
// true.
//
// Order of a plan: bridges lose ports and go; then routes, neighbours, addresses, links and namespaces that
// are no longer wanted, and what qdiscs do; then, node by node: its namespace, its limits, its links (a link
// is made with its later node) and their addresses, settings and addresses of interfaces that stay; then
// forwarding, routes, neighbours; bridges, so that a switch sees all its ports at once; and the ferry's links
// last. What a user did inside a host is not in the inventory, and so is never undone.
//
// What the kernel takes along by itself the plan takes away first, so that `record` needs hardly a model of
// the kernel: setting an interface down costs its routes, neighbours and IPv6 addresses, a new MAC its
// neighbours, the last address its routes and neighbours, the first address of a network the others in it.
// All of these were observed (Linux 6.18), all are removed by steps of their own, and what is still wanted is
// added again after. Three things do go along with another: with a namespace its interfaces and limits, with
// one end of a link the other end, with an interface its routes.
//
// A link that is down: if exactly one end is in the fabric, only that end is set down, and the host merely
// loses its carrier; its addresses and routes survive, as with a pulled cable. Otherwise both ends are down.
//
// An interface is changed in place as long as it leads to the same other end; else it is removed and made
// anew. So is a node whose use of IPv6 changes. Interface names in steps, in the inventory and in routes
// there are the kernel's.
#pragma once

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "core/base/address.hh"
#include "core/topo/link_backend.hh"
#include "core/topo/topology.hh"

namespace flowbed {

// What the kernel's qdiscs do to packets that leave an interface.
struct Egress {
  LinkShape shape;
  uint64_t seed = 0;
  bool operator==(const Egress&) const = default;
};

// One end of a veth pair. `node` owns the namespace; switches live in the fabric, which is the empty string.
struct VethEnd {
  std::string node;
  std::string interface;  // the kernel's name (ifname.hh)
  std::string alias;      // the full name where the kernel's is a short form, else empty
  MacAddress mac;
  uint32_t mtu = 1500;
  bool up = true;
  bool super_packets = true;  // may be sent (TSO and its like); else each packet by itself
  bool operator==(const VethEnd&) const = default;
};

struct BridgePort {
  uint16_t number = 0;    // OpenFlow port number
  std::string interface;  // the kernel's name, in the fabric
  std::string name;       // the full name
  std::optional<uint16_t> vlan;
  std::vector<uint16_t> trunks;
  // Set where the link's other end is a port of another (or the same) bridge: its interface's kernel name.
  std::string peer;
  bool is_emulated = false;           // the link does something to packets
  std::optional<uint64_t> rate = {};  // bit/s, of the link
  bool operator==(const BridgePort&) const = default;
};

// A link that the ferry takes packets across: two veth pairs, whose inner ends are in the ferry's namespace.
struct FerryLink {
  std::string name;          // that of `a`
  std::string a, b;          // the inner ends' interfaces, at the ends that the topology calls so
  std::string a_end, b_end;  // the outer ends, for a person: "h1-eth0"
  LinkShape a_to_b, b_to_a;
  uint64_t a_to_b_seed = 0, b_to_a_seed = 0;
  bool operator==(const FerryLink&) const = default;
};

inline constexpr const char* kFerryNode = "/ferry";  // no name of a node

// A controller as a switch sees it.
struct ControllerTarget {
  std::string name;
  std::string place;  // "machine", "fabric" or a host
  IpAddress address;
  std::optional<uint16_t> port;
  bool tls = false;
  bool operator==(const ControllerTarget&) const = default;
};

// All that switchd needs to know of one switch; sent whole, so that a restarted switchd is given the same
// again.
struct BridgeConfig {
  std::string name;
  uint64_t dpid = 0;
  uint32_t mac_ageing = 300;  // seconds
  std::vector<BridgePort> ports;
  std::vector<Mirror> mirrors;
  bool stp = false;
  uint16_t stp_priority = 32768;
  std::vector<ControllerTarget> controllers;
  bool fails_open = true;  // without a controller it is a normal switch
  std::vector<std::string> protocols;
  std::optional<uint16_t> listen_port;
  bool listens_under_tls = false;
  FlowExports exports;
  bool operator==(const BridgeConfig&) const = default;
};

namespace step {
struct CreateNamespace {
  std::string node;
  bool ipv6 = false;
  bool operator==(const CreateNamespace&) const = default;
};
struct RemoveNamespace {
  std::string node;
  bool operator==(const RemoveNamespace&) const = default;
};
// Sets all limits of a host anew; HostLimits{} lifts them.
struct LimitHost {
  std::string node;
  HostLimits limits;
  bool operator==(const LimitHost&) const = default;
};
struct CreateVeth {
  VethEnd a, b;
  bool operator==(const CreateVeth&) const = default;
};
struct RemoveVeth {
  std::string node, interface;
  bool operator==(const RemoveVeth&) const = default;
};  // either end
// Takes an interface to another namespace, under another name. Its pair stays, with all that its other end
// has.
struct MoveInterface {
  std::string node, interface;
  VethEnd to;
  bool operator==(const MoveInterface&) const = default;
};
// Changes an existing interface; what is not given stays.
struct SetInterface {
  std::string node, interface;
  std::optional<MacAddress> mac = {};
  std::optional<uint32_t> mtu = {};
  std::optional<bool> up = {};
  std::optional<bool> super_packets = {};
  bool operator==(const SetInterface&) const = default;
};
// New or changed: what is on its way stays so.
struct ShapeEgress {
  std::string node, interface;
  Egress egress;
  bool operator==(const ShapeEgress&) const = default;
};
struct UnshapeEgress {
  std::string node, interface;
  bool operator==(const UnshapeEgress&) const = default;
};
struct AddAddress {
  std::string node, interface;
  IpPrefix address;
  bool operator==(const AddAddress&) const = default;
};
struct RemoveAddress {
  std::string node, interface;
  IpPrefix address;
  bool operator==(const RemoveAddress&) const = default;
};
struct SetForwarding {
  std::string node;
  bool on = true;
  bool operator==(const SetForwarding&) const = default;
};
struct AddRoute {
  std::string node;
  Route route;
  bool operator==(const AddRoute&) const = default;
};
struct RemoveRoute {
  std::string node;
  Route route;
  bool operator==(const RemoveRoute&) const = default;
};
struct AddNeighbour {
  std::string node, interface;
  IpAddress address;
  MacAddress mac;
  bool operator==(const AddNeighbour&) const = default;
};
struct RemoveNeighbour {
  std::string node, interface;
  IpAddress address;
  bool operator==(const RemoveNeighbour&) const = default;
};
struct PutBridge {
  BridgeConfig bridge;
  bool operator==(const PutBridge&) const = default;
};
struct RemoveBridge {
  std::string name;
  bool operator==(const RemoveBridge&) const = default;
};
struct PutFerryLink {
  FerryLink link;
  bool operator==(const PutFerryLink&) const = default;
};
struct RemoveFerryLink {
  std::string name;
  bool operator==(const RemoveFerryLink&) const = default;
};
}  // namespace step

using Step = std::variant<step::CreateNamespace, step::RemoveNamespace, step::LimitHost, step::CreateVeth,
                          step::RemoveVeth, step::MoveInterface, step::SetInterface, step::ShapeEgress,
                          step::UnshapeEgress, step::AddAddress, step::RemoveAddress, step::SetForwarding,
                          step::AddRoute, step::RemoveRoute, step::AddNeighbour, step::RemoveNeighbour,
                          step::PutBridge, step::RemoveBridge, step::PutFerryLink, step::RemoveFerryLink>;
using Plan = std::vector<Step>;

// What Flowbed made and set; keyed by node, then by the kernel's interface name.
struct Inventory {
  struct InterfaceState {
    int ifindex = 0;  // in its namespace; 0: not known (a fake kernel)
    MacAddress mac;
    uint32_t mtu = 1500;
    bool up = false;
    bool super_packets = true;
    std::string peer_node, peer_interface;
    std::optional<Egress> egress;
    // IPv4 first; in the kernel's order, so the first is the source of packets.
    std::vector<IpPrefix> addresses;
    std::map<IpAddress, MacAddress> neighbours;
    bool operator==(const InterfaceState&) const = default;
  };
  struct NodeState {
    bool ipv6 = false, forwarding = false;
    HostLimits limits;
    std::vector<Route> routes;  // in the order of route_before
    std::map<std::string, InterfaceState> interfaces;
    bool operator==(const NodeState&) const = default;
  };
  std::map<std::string, NodeState> nodes{{"", {}}};  // namespaces; "" (the fabric) is always there
  std::map<std::string, BridgeConfig> bridges;
  std::map<std::string, FerryLink> ferry_links;
  bool operator==(const Inventory&) const = default;
};

// Which limits of hosts can be had; see HostLimits.
struct LimitCapabilities {
  bool cpu = false, cores = false, memory = false, realtime = false;
  CpuList processors;   // that there are; empty: not known
  std::string why_not;  // of what is lacking: the reason and the remedy, for a person
};

// What this machine's kernel and this Flowbed can do.
struct Capabilities {
  bool ipv6 = true;
  LimitCapabilities limits = {};
  QdiscCapabilities qdiscs = {};
};

// Faults that only show on this machine: an option that the capabilities lack, with its place.
std::vector<Fault> check_capabilities(const Topology& topology, const Capabilities& capabilities);

// Whether any host has a limit: only then is it worth finding out which can be had.
bool limits_hosts(const Topology& topology);
// Likewise, whether qdiscs may be of use.
bool uses_qdiscs(const Topology& topology);

// `wanted` is completed and valid.
Plan make_plan(const Inventory& existing, const Topology& wanted, const Capabilities& capabilities);

// Enters a step that has succeeded. The caller adds ifindexes (CreateVeth) to the inventory by itself.
void record(Inventory& inventory, const Step& done);

std::string to_string(const Step& step);  // "create namespace h1"; for --dry-run, logs and tests

}  // namespace flowbed
