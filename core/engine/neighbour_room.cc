#include "core/engine/neighbour_room.hh"

#include <algorithm>

#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/log.hh"

namespace flowbed {
namespace {

// One half is left to the machine and to other networks.
NeighbourCounts half_of(const NeighbourCounts& limits) { return {limits.v4 / 2, limits.v6 / 2}; }

}  // namespace

NeighbourRoom::NeighbourRoom(bool may_raise_limits, NeighbourCounts limits)
    : limit_(may_raise_limits ? std::optional<NeighbourLimit>(std::in_place) : std::nullopt),
      user_(process_name(getpid())),
      room_(half_of(limits)) {}

void NeighbourRoom::make_for(const Topology& completed) {
  const NeighbourNeed need = neighbours_needed(completed);
  const NeighbourNeed wanted{std::max(need.v4, needed_.v4), std::max(need.v6, needed_.v6)};
  if (wanted == needed_) return;
  needed_ = wanted;
  if (!limit_) return;
  try {
    limit_->need(user_, {wanted.v4, wanted.v6});
    room_ = {NeighbourLimit::kMost, NeighbourLimit::kMost};
  } catch (const Error& fault) {
    spdlog::debug("no room is made for neighbours: {}", fault.what());
  }
}

void NeighbourRoom::share(Kernel& kernel, const Inventory& made) {
  if (suffices()) return;
  for (const auto& [node, state] : made.nodes) {
    if (node.empty() || node == kFerryNode) continue;  // nobody who speaks
    for (const auto& [interface, at] : state.interfaces) {
      if (!sharing_.insert(at.ifindex).second) continue;
      try {
        kernel.forget_neighbours_soon(node, interface);
      } catch (const Error& fault) {
        spdlog::debug("{}", fault.what());
      }
    }
  }
}

void NeighbourRoom::release() const noexcept {
  if (limit_) limit_->release(user_);
}

std::vector<int> NeighbourRoom::fds() const { return limit_ ? limit_->fds() : std::vector<int>(); }

bool NeighbourRoom::suffices() const { return needed_.v4 <= room_.v4 && needed_.v6 <= room_.v6; }

}  // namespace flowbed
