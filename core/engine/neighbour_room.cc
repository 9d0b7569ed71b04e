#include "core/engine/neighbour_room.hh"

#include <algorithm>

#include "core/base/error.hh"
#include "core/base/log.hh"

namespace flowbed {
namespace {

constexpr size_t kUnnoticed = 256;  // entries, which fit in everywhere

}  // namespace

Task<void> NeighbourRoom::make(const Topology& completed) {
  const NeighbourNeed need = neighbours_needed(completed);
  if (need.v4 <= std::max(made_.v4, kUnnoticed) && need.v6 <= std::max(made_.v6, kUnnoticed)) co_return;
  made_ = {std::max(need.v4, made_.v4), std::max(need.v6, made_.v6)};
  try {
    co_await warden_.make_room_for_neighbours(made_);
  } catch (const Error& fault) {
    spdlog::debug("the neighbour table stays as it is: {}", fault.what());
  }
}

}  // namespace flowbed
