#include "switchd/forwarding.hh"

namespace flowbed::sw {
namespace {
constexpr Duration kSecond = std::chrono::seconds(1);
constexpr int kPauseFactor = 9;  // of what a part of maintenance took, until the next one
}  // namespace

Forwarding::Forwarding(EventLoop& loop, DatapathChoice choice, std::function<void()> on_open,
                       std::function<void(TimePoint now)> on_second)
    : loop_(loop),
      on_second_(std::move(on_second)),
      datapath_(choose_datapath(loop, choice, std::move(on_open))),
      slow_path_(datapath_.running->datapath()),
      links_(loop, [this](IfIndex index, const LinkFacts& link) { slow_path_.link_changed(index, link); }),
      captures_(loop, slow_path_, [this] { return datapath_.running->listening_socket(); }) {
  wait_for_second();
}

LinkFinder Forwarding::current_links() {
  links_.refresh();
  return [this](IfIndex index) { return links_.find(index); };
}

void Forwarding::wait_for_second() {
  second_ = loop_.after(kSecond, [this] {
    const TimePoint now = monotonic_now();
    slow_path_.end_rules_whose_time_is_over(now);
    if (!maintenance_ && !slow_path_.idle()) begin_maintenance(now);
    if (slow_path_.has_spanning_trees()) slow_path_.tick_spanning_trees();
    on_second_(now);
    wait_for_second();
  });
}

void Forwarding::begin_maintenance(TimePoint now) {
  maintenance_began_ = maintenance_paused_ = now;
  maintenance_took_ = {};
  maintain();
}

// As many parts as fit into maintenance's share of the time since the last one, however long packets took
// meanwhile; at least one.
void Forwarding::maintain() {
  const TimePoint start = monotonic_now();
  const Duration share = (start - maintenance_paused_) / kPauseFactor;
  Duration part;
  bool is_over;
  do {
    const TimePoint begin = monotonic_now();
    is_over = slow_path_.maintain_some(maintenance_began_);
    maintenance_paused_ = monotonic_now();
    part = maintenance_paused_ - begin;
    maintenance_took_ += part;
  } while (!is_over && maintenance_paused_ - start + part <= share);
  maintenance_ =
      is_over ? EventLoop::Registration() : loop_.after(kPauseFactor * part, [this] { maintain(); });
  if (is_over) slow_path_.note_maintenance(maintenance_took_);
}

}  // namespace flowbed::sw
