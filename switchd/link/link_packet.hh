// LinkPacket: all that a link has to know of a packet. Its bytes lie elsewhere.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "core/base/clock.hh"

namespace flowbed::sw {

struct LinkPacket {
  uint64_t id = 0;             // whose bytes these are
  uint64_t number = 0;         // of its arrival at the link, from 1
  uint32_t bytes = 0;          // on the wire
  uint32_t packets = 1;        // on the wire: a super-packet that nothing is decided about is many
  uint32_t flow = 0;           // packets of one flow have the same
  bool can_be_marked = false;  // says so (ECN)
  bool is_marked = false;      // has met congestion on this link
  std::optional<uint32_t> corrupted_bit = {};  // counted modulo its length
  TimePoint arrived{};
};

enum class DropCause : uint8_t { kQueueFull, kEarly, kLoss };
using DropHandler = std::function<void(const LinkPacket&, DropCause, TimePoint)>;

}  // namespace flowbed::sw
