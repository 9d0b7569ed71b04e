#include "switchd/slowpath/compose_actions.hh"

#include <algorithm>
#include <tuple>

namespace flowbed::sw {
namespace {

void change_tag(VlanTag from, VlanTag to, ActionList& actions) {
  if (from == to) return;
  if (from.present()) actions.push_back(Action::pop_vlan());
  if (to.present()) actions.push_back(Action::push_vlan(to));
}

}  // namespace

ActionList compose_actions(VlanTag original, std::vector<Departure> departures) {
  std::ranges::sort(departures, {}, [&](const Departure& d) {
    return std::tuple(d.tag != original, d.tag.tpid, d.tag.tci, d.port);
  });
  ActionList actions;
  actions.reserve(departures.size() + 2);
  VlanTag tag = original;
  for (const Departure& departure : departures) {
    change_tag(tag, departure.tag, actions);
    tag = departure.tag;
    actions.push_back(Action::output(departure.port));
  }
  return actions;
}

}  // namespace flowbed::sw
