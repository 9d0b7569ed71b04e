// What might happen to a switch: random rules, groups and meters as text, changes of links and tables, time
// that passes, and packets. Every step is a value that can be run again, left out, and printed.
#pragma once

#include <string>

#include "switchd/slowpath/pipeline/requests.hh"
#include "tests/switchd/slowpath/random_frames.hh"
#include "tests/switchd/slowpath/random_rules.hh"

namespace flowbed::sw {

struct Step {
  enum Kind {
    kFlow,
    kGroup,
    kMeter,
    kPacket,
    kPacketOut,
    kLink,
    kShape,
    kPortFlags,
    kTableLimit,
    kSettings,
    kCaching,
    kPass,
    kCompare
  };
  Kind kind = kCompare;
  int bridge = 1, port = 1;
  int command = 0;  // of FlowMod, GroupMod or MeterMod
  unsigned number = 0;
  std::string text = {};
  std::vector<uint8_t> frame = {};

  std::string to_string() const;
};

class RandomProgram : private RandomRules {
 public:
  explicit RandomProgram(unsigned seed);

  Step next();

 private:
  Step flow();
  Step new_rule();
  Step conjunction();
  Step group_step();
  Step meter_step();
  Step packet();
  Step packet_out();
  Step small_change();

  std::mt19937 random_;
  RandomFrames frames_;
  std::vector<std::pair<std::string, Protocol>> known_;  // matches with priority and table
};

}  // namespace flowbed::sw
