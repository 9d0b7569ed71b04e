// A rule of an OpenFlow table, with what has happened to it.
#pragma once

#include <memory>

#include "core/base/clock.hh"
#include "switchd/slowpath/classifier/rule.hh"
#include "switchd/slowpath/pipeline/requests.hh"

namespace flowbed::sw {

// What crossed a rule, a group, a bucket. The caches forward most packets: their counts are added when flows
// are settled.
struct FlowCounter {
  uint64_t packets = 0, bytes = 0;
  TimePoint used{};  // of the last packet

  void add(uint64_t more_packets, uint64_t more_bytes, TimePoint when) {
    packets += more_packets;
    bytes += more_bytes;
    used = std::max(used, when);
  }
};

struct Rule : ClassifierRule {
  uint64_t id = 0;  // never used again in the process's life
  uint8_t table = 0;
  uint64_t cookie = 0;
  uint16_t idle_timeout = 0, hard_timeout = 0;  // s; 0: none
  uint16_t importance = 0;
  uint16_t flags = 0;  // kFlow…
  std::shared_ptr<const Instructions> instructions;
  TimePoint created{}, modified{};
  TimePoint renewed{};  // the hard timeout runs from here: `created`, or when it was last learned anew
  FlowCounter counter;  // `used` begins as `created`

  void renew(TimePoint now) {
    renewed = std::max(renewed, now);
    counter.used = std::max(counter.used, now);
  }
};

enum class RemovalReason : uint8_t {
  kIdleTimeout = 0,
  kHardTimeout = 1,
  kDelete = 2,
  kGroupDelete = 3,
  kMeterDelete = 4,
  kEviction = 5
};

}  // namespace flowbed::sw
