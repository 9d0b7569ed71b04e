// Switches: their mirrors, and how many ports they may have.
#include <algorithm>

#include "core/base/suggest.hh"
#include "core/topo/validation.hh"

namespace flowbed {
namespace {

void check_port_exists(Validation& v, const Node& node, const std::string& port, const std::string& place) {
  const bool exists = std::any_of(node.interfaces.begin(), node.interfaces.end(),
                                  [&](const Interface& i) { return i.name == port; });
  if (exists) return;
  v.fault(place, node.name + " has no port " + in_quotes(port) + v.suggest_interface(node, port));
}

void check_mirror(Validation& v, const Node& node, const Mirror& mirror, const std::string& place) {
  for (size_t p = 0; p < mirror.ports.size(); p++) {
    const std::string port_place = place + ".ports[" + std::to_string(p) + "]";
    check_port_exists(v, node, mirror.ports[p], port_place);
    if (mirror.ports[p] == mirror.output)
      v.fault(port_place, "a port cannot be mirrored to itself; remove it here");
  }
  if (mirror.output.empty()) {
    v.fault(place + ".output", "the mirror leads to no port; name the one that gets the copies");
  } else {
    check_port_exists(v, node, mirror.output, place + ".output");
  }
  if (mirror.direction != "in" && mirror.direction != "out" && mirror.direction != "both") {
    v.fault(place + ".direction", in_quotes(mirror.direction) + " is no direction; valid: in, out, both");
  }
}

void check_spanning_tree(Validation& v, const Node& node, size_t n) {
  if (node.stp_priority && (*node.stp_priority % kStpPriorityStep != 0)) {
    v.fault(v.node_place(n) + ".stp_priority",
            std::to_string(*node.stp_priority) + " is not a multiple of 4096; write e.g. 0, 4096 or 61440");
  }
  for (size_t i = 0; node.stp && i < node.interfaces.size(); i++) {
    if (node.interfaces[i].port.value_or(0) <= kMaxStpPort) continue;
    return v.fault(v.interface_place(n, i),
                   "spanning tree numbers ports up to 4095; choose a smaller number, or several switches");
  }
}

}  // namespace

void check_switches(Validation& v) {
  for (size_t n = 0; n < v.completed.nodes.size(); n++) {
    const Node& node = v.completed.nodes[n];
    if (!node.is_switch()) continue;
    if (node.interfaces.size() > kMaxPort)
      v.fault(v.node_place(n), "a switch has at most 65279 ports; use several");
    check_spanning_tree(v, node, n);
    for (size_t m = 0; m < node.mirrors.size(); m++) {
      check_mirror(v, node, node.mirrors[m], v.node_place(n) + ".mirrors[" + std::to_string(m) + "]");
    }
  }
}

}  // namespace flowbed
