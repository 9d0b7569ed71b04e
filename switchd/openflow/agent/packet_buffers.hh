// PacketBuffers: the last packets of which a controller was told, to be named by a number instead of being
// sent back.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "switchd/slowpath/pipeline/of_action.hh"

namespace flowbed::sw::ofp {

class PacketBuffers {
 public:
  static constexpr size_t kCount = 256;

  struct Buffered {
    OfPort in_port{};
    std::vector<uint8_t> frame = {};  // as on the wire
  };

  // Takes the place of the oldest. Returns its number, never kNoBuffer.
  uint32_t keep(Buffered packet);
  // Throws OfFault: kBufferEmpty if it was taken before, kBufferUnknown if there is none or no longer.
  Buffered take(uint32_t number);

 private:
  struct Place {
    uint32_t number = kNoBuffer;
    Buffered packet = {};
  };

  std::vector<Place> places_;  // number n at n % kCount
  uint32_t next_ = 0;
};

}  // namespace flowbed::sw::ofp
