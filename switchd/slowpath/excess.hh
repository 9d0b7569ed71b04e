// Excess: why a packet was given up in the middle of its translation, and dropped whole: something that is
// bounded was used up.
#pragma once

#include <cstdint>
#include <string>

namespace flowbed::sw {

struct Bridge;

struct Excess {
  enum class Cause : uint8_t {
    kVisits,          // more than kMaxVisits bridges on the way
    kDepartures,      // more than kMaxDepartures copies
    kLookups,         // more than kMaxLookups of tables and groups: resubmits, or bridges, in a circle
    kRecirculations,  // no number is left to freeze a pipeline under (Interruptions::frozen)
    kPunts,           // no number is left for what a controller is told (Interruptions::punts)
  };

  Cause cause;
  const Bridge* at;  // where that was noticed
};

// For a person: what happened where, and what to do about it.
std::string describe(const Excess& excess);

}  // namespace flowbed::sw
