// RateMeter: how much has passed within the last second.
#pragma once

#include <array>
#include <cstdint>

#include "core/base/clock.hh"

namespace flowbed::sw {

class RateMeter {
 public:
  struct Rate {
    double packets = 0, bits = 0;  // a second
  };

  void note(uint64_t packets, uint64_t bytes, TimePoint now);
  Rate rate(TimePoint now) const;

 private:
  static constexpr int64_t kSlots = 10;
  static constexpr Duration kSlot = std::chrono::milliseconds(100);

  struct Slot {
    int64_t number = -1;  // of slots since the clock's beginning
    uint64_t packets = 0, bytes = 0;
  };

  std::array<Slot, kSlots> slots_{};
};

}  // namespace flowbed::sw
