#include "switchd/forwarding.hh"

namespace flowbed::sw {
namespace {
constexpr Duration kMaintenanceInterval = std::chrono::seconds(1);
}

Forwarding::Forwarding(EventLoop& loop, std::function<void()> on_open,
                       std::function<void(TimePoint now)> on_second)
    : loop_(loop),
      on_second_(std::move(on_second)),
      packet_io_(loop, std::move(on_open)),
      datapath_(packet_io_),
      slow_path_(datapath_),
      links_(loop, [this](IfIndex index, const LinkFacts& link) { slow_path_.link_changed(index, link); }),
      captures_(loop, slow_path_, [this] { return packet_io_.fd(); }) {
  packet_io_.deliver_to(datapath_);
  arm_maintenance();
  loop_.defer([this] { packet_io_.prepare(); });
}

LinkFinder Forwarding::current_links() {
  links_.refresh();
  return [this](IfIndex index) { return links_.find(index); };
}

void Forwarding::arm_maintenance() {
  maintenance_ = loop_.after(kMaintenanceInterval, [this] {
    const TimePoint now = monotonic_now();
    if (!slow_path_.idle()) slow_path_.maintain(now);
    if (slow_path_.has_spanning_trees()) slow_path_.tick_spanning_trees();
    on_second_(now);
    arm_maintenance();
  });
}

}  // namespace flowbed::sw
