// Schedules: what becomes of links while their network runs. Ages are since the network was started.
#pragma once

#include <optional>

#include "core/topo/topology.hh"

namespace flowbed {

// The link at that age: what is due has become of it, and only what comes later is on its schedule.
Link link_at(Link link, Duration age);
Topology topology_at(Topology topology, Duration age);

// When the next link changes; none: it stays as it is.
std::optional<Duration> next_change(const Topology& topology, Duration age);

// Does more to packets than a cable would, now or later.
bool is_ever_shaped(const Link& link);
bool is_ever_random(const Link& link);

// All that its schedule gives, too.
template <class Visit>  // with a LinkShape
void for_each_shape(auto& link, Visit visit) {
  const auto visit_all = [&](auto& of) {
    visit(of.shape);
    visit(of.a_to_b);
    visit(of.b_to_a);
  };
  visit_all(link);
  for (auto& change : link.schedule) visit_all(change);
}

// "delay 50ms, from h1 loss 1%, down", as for parse_link_words.
std::string describe(const LinkChange& change, const Link& link);

}  // namespace flowbed
