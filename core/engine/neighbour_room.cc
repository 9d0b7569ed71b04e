#include "core/engine/neighbour_room.hh"

#include <algorithm>

#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/log.hh"

namespace flowbed {

NeighbourRoom::NeighbourRoom() : user_(process_name(getpid())) {}

void NeighbourRoom::make(const Topology& completed) {
  const NeighbourNeed need = neighbours_needed(completed);
  const NeighbourNeed wanted{std::max(need.v4, made_.v4), std::max(need.v6, made_.v6)};
  if (wanted == made_) return;
  try {
    limit_.need(user_, {wanted.v4, wanted.v6});
    made_ = wanted;
  } catch (const Error& fault) {
    spdlog::debug("no room is made for neighbours: {}", fault.what());
  }
}

void NeighbourRoom::release() const noexcept { limit_.release(user_); }

}  // namespace flowbed
