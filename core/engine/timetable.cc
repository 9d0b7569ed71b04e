#include "core/engine/timetable.hh"

#include "core/topo/link_schedule.hh"

namespace flowbed {

void Timetable::serve(const Topology& topology, Duration age) {
  if (!started_) started_ = monotonic_now();
  timer_.cancel();
  const auto next = next_change(topology, age);
  if (next) timer_ = loop_.at(*started_ + *next, when_due_);
}

}  // namespace flowbed
