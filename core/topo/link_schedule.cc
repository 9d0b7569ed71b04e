#include "core/topo/link_schedule.hh"

#include <algorithm>

#include "core/base/suggest.hh"
#include "core/topo/link_words.hh"

namespace flowbed {
namespace {

void make(Link& link, const LinkChange& change) {
  link.shape = changed(std::move(link.shape), change.shape);
  link.a_to_b = changed(without(std::move(link.a_to_b), change.shape), change.a_to_b);
  link.b_to_a = changed(without(std::move(link.b_to_a), change.shape), change.b_to_a);
  link.up = change.up.value_or(link.up);
}

auto first_after(const std::vector<LinkChange>& schedule, Duration age) {
  return std::ranges::find_if(schedule, [&](const LinkChange& change) { return change.at > age; });
}

}  // namespace

Link link_at(Link link, Duration age) {
  const std::vector<LinkChange> schedule = std::move(link.schedule);
  const auto next = first_after(schedule, age);
  for (auto change = schedule.begin(); change != next; ++change) make(link, *change);
  link.schedule.assign(next, schedule.end());
  return link;
}

Topology topology_at(Topology topology, Duration age) {
  for (Link& link : topology.links) {
    if (!link.schedule.empty()) link = link_at(std::move(link), age);
  }
  return topology;
}

std::optional<Duration> next_change(const Topology& topology, Duration age) {
  std::optional<Duration> soonest;
  for (const Link& link : topology.links) {
    const auto next = first_after(link.schedule, age);
    if (next != link.schedule.end()) soonest = std::min(soonest.value_or(next->at), next->at);
  }
  return soonest;
}

bool is_ever_shaped(const Link& link) {
  return !link.is_plain() || std::ranges::any_of(link.schedule, &LinkChange::shapes);
}

bool is_ever_random(const Link& link) {
  bool is_random = false;
  for_each_shape(link, [&](const LinkShape& shape) { is_random |= shape.is_random(); });
  return is_random;
}

std::string describe(const LinkChange& change, const Link& link) {
  std::vector<std::string> words;
  if (change.up) words.push_back(*change.up ? "up" : "down");
  if (!change.shape.is_plain()) words.push_back(describe(change.shape));
  if (!change.a_to_b.is_plain()) words.push_back("from " + link.a.node + " " + describe(change.a_to_b));
  if (!change.b_to_a.is_plain()) words.push_back("from " + link.b.node + " " + describe(change.b_to_a));
  return joined(words);
}

}  // namespace flowbed
