#include "switchd/flow/action.hh"

#include <algorithm>

namespace flowbed::sw {
namespace {

std::string format_action(const Action& action, const PortNamer& port_name) {
  switch (action.kind) {
    case Action::Kind::kOutput:
      return "output(" + port_name(action.port) + ")";
    case Action::Kind::kPushVlan:
      return "push_vlan(" + std::to_string(action.tci & 0x0fff) + ")";
    case Action::Kind::kPopVlan:
      return "pop_vlan";
  }
  return "";
}

}  // namespace

std::string format_actions(const ActionList& actions, const PortNamer& port_name, size_t limit) {
  if (actions.empty()) return "drop";
  std::string text;
  for (size_t i = 0; i < std::min(limit, actions.size()); i++) {
    if (i > 0) text += ',';
    text += format_action(actions[i], port_name);
  }
  if (limit < actions.size()) text += ",… " + std::to_string(actions.size() - limit) + " more";
  return text;
}

}  // namespace flowbed::sw
