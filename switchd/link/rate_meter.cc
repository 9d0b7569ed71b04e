#include "switchd/link/rate_meter.hh"

namespace flowbed::sw {

void RateMeter::note(uint64_t packets, uint64_t bytes, TimePoint now) {
  const int64_t number = now.time_since_epoch() / kSlot;
  Slot& slot = slots_[static_cast<size_t>(number % kSlots)];
  if (slot.number != number) slot = {.number = number};
  slot.packets += packets;
  slot.bytes += bytes;
}

// The slot that has only begun counts for as much of the time as has passed of it.
RateMeter::Rate RateMeter::rate(TimePoint now) const {
  const int64_t number = now.time_since_epoch() / kSlot;
  Rate sum;
  for (const Slot& slot : slots_) {
    if (slot.number < 0 || slot.number > number || number - slot.number >= kSlots) continue;
    sum.packets += static_cast<double>(slot.packets);
    sum.bits += static_cast<double>(slot.bytes) * 8;
  }
  const double seconds = to_seconds(kSlot * (kSlots - 1) + now.time_since_epoch() % kSlot);
  return {sum.packets / seconds, sum.bits / seconds};
}

}  // namespace flowbed::sw
