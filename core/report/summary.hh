// Summary: a recording in numbers.
#pragma once

#include <string>

#include "core/report/recording.hh"

namespace flowbed::report {

struct DirectionSummary {
  std::string from;
  uint64_t arrived = 0, delivered = 0;      // packets
  std::map<std::string, uint64_t> dropped;  // packets, by cause
  double throughput = 0, capacity = 0;      // bit/s, over the whole recording; capacity may be infinite
  // Of delivered packets, ms; the whole time from one end to the other. Zero where there was none.
  struct Delay {
    double min = 0, median = 0, p95 = 0, p99 = 0, max = 0;
  } delay;
};

struct Summary {
  double seconds = 0;  // from the first event to the last
  std::vector<DirectionSummary> directions = {};
};

Summary summarize(const Recording& recording);
std::string to_text(const Summary& summary);

}  // namespace flowbed::report
