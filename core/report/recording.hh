// Recording: what a link did to each packet while it was recorded ("record h1 s1 FILE"), read back from the
// file that the ferry wrote. The file is CSV with a head, and with lines of capacities behind "#";
// switchd/README.md has its form. Times are in seconds since the recording began.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/report/capacity.hh"

namespace flowbed::report {

struct Delivery {
  double at = 0, delay = 0;
  uint32_t bytes = 0;
};

struct Direction {
  std::string from;  // the interface at which its packets came in
  uint64_t arrived = 0, arrived_bytes = 0;
  std::vector<Delivery> delivered = {};                   // in the order of time
  std::map<std::string, std::vector<double>> drops = {};  // by cause: when
  std::vector<Capacity> capacities = {};
};

struct Recording {
  std::vector<Direction> directions;  // a to b, b to a
  double begin = 0, end = 0;          // of what happened
};

// Throws Error naming the line, the fault and the remedy.
Recording read_recording(std::string_view text);

}  // namespace flowbed::report
