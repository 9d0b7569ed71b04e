#include "switchd/slowpath/compose_actions.hh"

#include <algorithm>
#include <span>
#include <tuple>

namespace flowbed::sw {
namespace {

using Departures = std::span<const Departure>;

auto as_tuple(const Action& action) { return std::tuple(action.kind, action.type, action.number); }

bool earlier_edits(const Departure& a, const Departure& b) {
  return std::ranges::lexicographical_compare(
      a.edits, b.edits, [](const Action& x, const Action& y) { return as_tuple(x) < as_tuple(y); });
}

// Those that begin with the same `depth + 1` edits, from the beginning of `all`.
Departures same_branch(Departures all, size_t depth) {
  const Action& edit = all.front().edits[depth];
  const auto end = std::ranges::find_if(all, [&](const Departure& d) { return !(d.edits[depth] == edit); });
  return all.first(static_cast<size_t>(end - all.begin()));
}

void leave_with_tags(VlanTag tag, std::vector<Departure> departures, ActionList& actions) {
  const VlanTag first = tag;
  std::ranges::sort(departures, {}, [&](const Departure& d) {
    return std::tuple(d.tag != first, d.tag.tpid, d.tag.tci, as_tuple(d.what));
  });
  for (const Departure& departure : departures) {
    change_tag(tag, departure.tag, actions);
    tag = departure.tag;
    actions.push_back(departure.what);
  }
}

// All departures have the same first `depth` edits, which were done.
ActionList compose_branch(Departures all, size_t depth, VlanTag original) {
  const auto branches = std::ranges::find_if(all, [&](const Departure& d) { return d.edits.size() > depth; });
  const std::vector<Departure> here(all.begin(), branches);
  const VlanTag tag = depth == 0 || here.empty() ? original : here.front().written_tag;
  const bool tags_change = std::ranges::any_of(here, [&](const Departure& d) { return d.tag != tag; });
  ActionList actions;
  if (!tags_change) leave_with_tags(tag, here, actions);
  for (Departures left(branches, all.end()); !left.empty();) {
    const Departures branch = same_branch(left, depth);
    left = left.subspan(branch.size());
    ActionList inner = compose_branch(branch, depth + 1, original);
    inner.insert(inner.begin(), branch.front().edits[depth]);
    if (!left.empty() || tags_change) actions.push_back(Action::clone(inner.size()));
    actions.insert(actions.end(), inner.begin(), inner.end());
  }
  if (tags_change) leave_with_tags(tag, here, actions);
  return actions;
}

}  // namespace

void change_tag(VlanTag from, VlanTag to, ActionList& actions) {
  if (from == to) return;
  if (from.present()) actions.push_back(Action::pop_vlan());
  if (to.present()) actions.push_back(Action::push_vlan(to));
}

ActionList compose_actions(VlanTag original, std::vector<Departure> departures) {
  if (departures.empty()) return {};
  std::ranges::stable_sort(departures, earlier_edits);
  return compose_branch(departures, 0, original);
}

}  // namespace flowbed::sw
