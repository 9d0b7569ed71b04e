#include "switchd/forwarding.hh"

namespace flowbed::sw {
namespace {
constexpr Duration kMaintenanceInterval = std::chrono::seconds(1);
constexpr int kPauseFactor = 20;  // maintenance takes no more than a twentieth of the time, where it can wait
}  // namespace

Forwarding::Forwarding(EventLoop& loop, DatapathChoice choice, std::function<void()> on_open,
                       std::function<void(TimePoint now)> on_second)
    : loop_(loop),
      on_second_(std::move(on_second)),
      datapath_(choose_datapath(loop, choice, std::move(on_open))),
      slow_path_(datapath_.running->datapath()),
      links_(loop, [this](IfIndex index, const LinkFacts& link) { slow_path_.link_changed(index, link); }),
      captures_(loop, slow_path_, [this] { return datapath_.running->listening_socket(); }) {
  arm_maintenance();
}

LinkFinder Forwarding::current_links() {
  links_.refresh();
  return [this](IfIndex index) { return links_.find(index); };
}

void Forwarding::arm_maintenance() {
  maintenance_ = loop_.after(kMaintenanceInterval, [this] {
    const TimePoint now = monotonic_now();
    const bool is_due = now >= next_maintenance_ || slow_path_.has_timeouts();
    if (is_due && !slow_path_.idle()) {
      slow_path_.maintain(now);
      const Duration took = monotonic_now() - now;
      slow_path_.note_maintenance(took);
      next_maintenance_ = now + kPauseFactor * took;
    }
    if (slow_path_.has_spanning_trees()) slow_path_.tick_spanning_trees();
    on_second_(now);
    arm_maintenance();
  });
}

}  // namespace flowbed::sw
