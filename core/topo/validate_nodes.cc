// Nodes by themselves: their names, and that they have only what nodes of their kind can have.
#include <cctype>
#include <set>
#include <unordered_map>

#include "core/base/suggest.hh"
#include "core/base/units.hh"
#include "core/topo/names.hh"
#include "core/topo/validation.hh"

namespace flowbed {
namespace {

void check_name(Validation& v, size_t i, std::unordered_map<std::string_view, size_t>& seen) {
  const std::string& name = v.given.nodes[i].name;
  if (const std::string fault = name_fault(name, kMaxNodeName); !fault.empty())
    v.fault(v.node_place(i) + ".name", fault);
  const auto [first, is_new] = seen.emplace(name, i);
  if (is_new || name.empty()) return;
  v.fault(v.node_place(i) + ".name",
          in_quotes(name) + " is the name of " + v.node_place(first->second) + " already; names must differ");
}

void only_for(Validation& v, size_t i, bool is_set, const char* member, const char* who) {
  if (!is_set) return;
  v.fault(v.node_place(i) + "." + member, v.given.nodes[i].name + " is a " +
                                              to_string(v.given.nodes[i].kind) + ", and only " + who +
                                              " have this; remove it");
}

void check_members(Validation& v, size_t i) {
  const Node& node = v.given.nodes[i];
  if (!node.is_host()) {
    only_for(v, i, !node.routes.empty(), "routes", "hosts and routers");
    only_for(v, i, !node.private_dirs.empty(), "private_dirs", "hosts and routers");
    only_for(v, i, !node.nameservers.empty(), "nameservers", "hosts and routers");
    only_for(v, i, node.limits.cpu.has_value(), "cpu", "hosts and routers");
    only_for(v, i, !node.limits.cores.empty(), "cores", "hosts and routers");
    only_for(v, i, node.limits.memory.has_value(), "memory", "hosts and routers");
    only_for(v, i, node.limits.sched != Scheduling::cfs, "sched", "hosts and routers");
  }
  only_for(v, i, node.dpid && !node.is_switch(), "dpid", "switches");
  only_for(v, i, !node.mirrors.empty() && node.kind != NodeKind::switch_, "mirrors", "switches");
  only_for(v, i, node.mac_ageing && node.kind != NodeKind::switch_, "mac_ageing", "switches");
  if (node.kind != NodeKind::switch_) {
    only_for(v, i, !node.fail_mode.empty(), "fail_mode", "switches");
    only_for(v, i, !node.protocols.empty(), "protocols", "switches");
    only_for(v, i, node.listen_port.has_value(), "listen_port", "switches");
    only_for(v, i, node.controllers.has_value(), "controllers", "switches");
    only_for(v, i, !node.listen_protocol.empty(), "listen_protocol", "switches");
    only_for(v, i, !(node.exports == FlowExports{}), "sflow, netflow or ipfix", "switches");
  }
  if (node.kind == NodeKind::controller) {
    only_for(v, i, !node.interfaces.empty(), "interfaces", "hosts, routers and switches");
    if (node.tcp_port && *node.tcp_port == 0)
      v.fault(v.node_place(i) + ".tcp_port", "0 is no port; write e.g. 6653");
  } else {
    only_for(v, i, !node.address.empty(), "address", "controllers");
    only_for(v, i, node.tcp_port.has_value(), "tcp_port", "controllers");
    only_for(v, i, !node.protocol.empty(), "protocol", "controllers");
    only_for(v, i, !node.place.empty(), "place", "controllers");
    only_for(v, i, !node.program.empty(), "program", "controllers");
  }
}

bool is_plain_absolute(const std::string& path) {
  if (path.size() < 2 || path[0] != '/' || path.find('\0') != std::string::npos) return false;
  return (path + "/").find("/../") == std::string::npos;
}

void check_private_dirs(Validation& v, size_t i) {
  std::set<std::string_view> seen;
  const auto& dirs = v.given.nodes[i].private_dirs;
  for (size_t d = 0; d < dirs.size(); d++) {
    const std::string place = v.node_place(i) + ".private_dirs[" + std::to_string(d) + "]";
    if (!is_plain_absolute(dirs[d].path)) {
      v.fault(place,
              in_quotes(dirs[d].path) + " is not an absolute path without \"..\"; write e.g. /var/run");
    } else if (!seen.insert(dirs[d].path).second) {
      v.fault(place, in_quotes(dirs[d].path) + " is listed twice; remove one");
    }
    if (!dirs[d].from.empty() && !is_plain_absolute(dirs[d].from)) {
      v.fault(place + ".from", in_quotes(dirs[d].from) + " is not an absolute path without \"..\"");
    }
  }
}

void check_limits(Validation& v, size_t i) {
  constexpr double kLeastCpu = 0.001;
  constexpr uint64_t kLeastMemory = 1'000'000;
  const HostLimits& limits = v.given.nodes[i].limits;
  const std::string place = v.node_place(i);
  if (limits.cpu && !(*limits.cpu >= kLeastCpu && *limits.cpu <= 1)) {
    v.fault(place + ".cpu",
            format_number(*limits.cpu) +
                " is not a share of the whole machine; write a number from 0.001 to 1, e.g. 0.2");
  }
  if (limits.memory && *limits.memory < kLeastMemory) {
    v.fault(place + ".memory",
            format_size(*limits.memory) + " of memory is too little for any command; write e.g. 100MB");
  }
  if (limits.sched == Scheduling::rt && !limits.cpu) {
    v.fault(place + ".sched",
            "real-time scheduling needs a share of the CPU; add e.g. \"cpu\": 0.2, or use \"cfs\"");
  }
}

void check_dpid(Validation& v, size_t i, std::unordered_map<uint64_t, size_t>& seen) {
  const Node& node = v.given.nodes[i];
  if (!node.dpid || !node.is_switch()) return;
  const std::string place = v.node_place(i) + ".dpid";
  if (*node.dpid == 0) v.fault(place, "0 is no datapath id; give " + node.name + " another, or leave it out");
  const auto [first, is_new] = seen.emplace(*node.dpid, i);
  if (is_new) return;
  const std::string& other = v.given.nodes[first->second].name;
  v.fault(place, "it is the dpid of " + other + " already; give " + node.name + " another, or leave it out");
}

}  // namespace

std::string name_fault(std::string_view name, size_t longest) {
  if (name.empty()) return "the name is missing; write e.g. \"h1\"";
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 128) continue;
    if (c == '_' || c == '-' || c == '.') continue;
    return in_quotes(name) + " is not a name; use only letters, digits, \"_\", \"-\" and \".\"";
  }
  if (!std::isalnum(static_cast<unsigned char>(name[0])))
    return in_quotes(name) + " must start with a letter or a digit";
  if (name.size() > longest) {
    return in_quotes(name) + " is longer than " + std::to_string(longest) +
           " characters; choose a shorter name";
  }
  return "";
}

void check_nodes(Validation& v) {
  std::unordered_map<std::string_view, size_t> names;
  std::unordered_map<uint64_t, size_t> dpids;
  for (size_t i = 0; i < v.given.nodes.size(); i++) {
    check_name(v, i, names);
    check_members(v, i);
    check_private_dirs(v, i);
    check_limits(v, i);
    check_dpid(v, i, dpids);
  }
}

}  // namespace flowbed
