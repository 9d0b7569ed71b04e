#include "core/base/units.hh"
#include "core/topo/link_words.hh"
#include "core/topo/plan.hh"

namespace flowbed {
namespace {

// Interfaces of the fabric go by their names alone, which tell the switch.
std::string place(const std::string& node, const std::string& interface) {
  return node.empty() ? interface : node + ":" + interface;
}

std::string end_text(const VethEnd& end) {
  std::string text = place(end.node, end.interface);
  if (!end.alias.empty()) text += " (" + end.alias + ")";
  if (end.mtu != kDefaultMtu) text += " mtu " + std::to_string(end.mtu);
  return end.up ? text : text + " down";
}

std::string route_text(const Route& route) {
  std::string text = route.to ? route.to->to_string() : "default";
  if (route.via) text += " via " + route.via->to_string();
  if (!route.interface.empty()) text += " dev " + route.interface;
  return text;
}

std::string limits_text(const HostLimits& limits) {
  std::string text;
  if (limits.cpu) text += " cpu " + format_number(*limits.cpu);
  if (!limits.cores.empty()) text += " cores " + format_cpu_list(limits.cores);
  if (limits.memory) text += " memory " + format_size(*limits.memory);
  if (limits.sched != Scheduling::cfs) text += std::string(" sched ") + to_string(limits.sched);
  return text;
}

struct StepText {
  std::string operator()(const step::CreateNamespace& s) {
    return "create namespace " + s.node + (s.ipv6 ? " with IPv6" : "");
  }
  std::string operator()(const step::RemoveNamespace& s) { return "remove namespace " + s.node; }
  std::string operator()(const step::LimitHost& s) {
    return s.limits.is_none() ? "lift the limits of " + s.node : "limit " + s.node + limits_text(s.limits);
  }
  std::string operator()(const step::CreateVeth& s) {
    return "create link " + end_text(s.a) + " <-> " + end_text(s.b);
  }
  std::string operator()(const step::RemoveVeth& s) { return "remove link " + place(s.node, s.interface); }
  std::string operator()(const step::MoveInterface& s) {
    return "move " + place(s.node, s.interface) + " to " + end_text(s.to);
  }
  std::string operator()(const step::SetInterface& s) {
    std::string text = "set " + place(s.node, s.interface);
    if (s.mac) text += " mac " + s.mac->to_string();
    if (s.mtu) text += " mtu " + std::to_string(*s.mtu);
    if (s.up) text += *s.up ? " up" : " down";
    if (s.super_packets) text += *s.super_packets ? " with super-packets" : " without super-packets";
    return text;
  }
  std::string operator()(const step::ShapeEgress& s) {
    return "shape what leaves " + place(s.node, s.interface) + ": " + describe(s.egress.shape);
  }
  std::string operator()(const step::UnshapeEgress& s) {
    return "shape no longer what leaves " + place(s.node, s.interface);
  }
  std::string operator()(const step::AddAddress& s) {
    return "add address " + s.address.to_string() + " to " + place(s.node, s.interface);
  }
  std::string operator()(const step::RemoveAddress& s) {
    return "remove address " + s.address.to_string() + " from " + place(s.node, s.interface);
  }
  std::string operator()(const step::SetForwarding& s) {
    return std::string("switch forwarding ") + (s.on ? "on" : "off") + " in " + s.node;
  }
  std::string operator()(const step::AddRoute& s) {
    return "add route " + route_text(s.route) + " to " + s.node;
  }
  std::string operator()(const step::RemoveRoute& s) {
    return "remove route " + route_text(s.route) + " from " + s.node;
  }
  std::string operator()(const step::AddNeighbour& s) {
    return "add neighbour " + s.address.to_string() + " at " + s.mac.to_string() + " to " +
           place(s.node, s.interface);
  }
  std::string operator()(const step::RemoveNeighbour& s) {
    return "remove neighbour " + s.address.to_string() + " from " + place(s.node, s.interface);
  }
  std::string operator()(const step::PutBridge& s) {
    std::string text =
        "put bridge " + s.bridge.name + (s.bridge.ports.empty() ? " without ports" : " with ports");
    for (const BridgePort& port : s.bridge.ports) text += " " + port.name;
    return text;
  }
  std::string operator()(const step::RemoveBridge& s) { return "remove bridge " + s.name; }
  std::string operator()(const step::PutFerryLink& s) {
    return "emulate the link between " + s.link.a_end + " and " + s.link.b_end;
  }
  std::string operator()(const step::RemoveFerryLink& s) { return "end the emulation of link " + s.name; }
};

}  // namespace

std::string to_string(const Step& step) { return std::visit(StepText{}, step); }

}  // namespace flowbed
