// Timetable: how old a network is, and when its links change by their schedules.
#pragma once

#include <functional>

#include "core/base/event_loop.hh"
#include "core/topo/topology.hh"

namespace flowbed {

class Timetable {
 public:
  Timetable(EventLoop& loop, std::function<void()> when_due) : loop_(loop), when_due_(std::move(when_due)) {}

  // The network is as `topology` has it at that age. The first time, it has just been started.
  void serve(const Topology& topology, Duration age);
  Duration age() const { return started_ ? monotonic_now() - *started_ : Duration::zero(); }

 private:
  EventLoop& loop_;
  std::function<void()> when_due_;
  std::optional<TimePoint> started_;
  EventLoop::Registration timer_;
};

}  // namespace flowbed
