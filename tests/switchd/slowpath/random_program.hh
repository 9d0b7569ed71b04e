// What might happen to a switch: random rules, groups and meters as text, changes of links and tables, time
// that passes, and packets. Every step is a value that can be run again, left out, and printed.
#pragma once

#include <string>

#include "switchd/slowpath/pipeline/requests.hh"
#include "tests/switchd/slowpath/random_frames.hh"

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

class RandomProgram {
 public:
  explicit RandomProgram(unsigned seed);

  Step next();

 private:
  static constexpr unsigned kTables = 4;
  enum Protocol {
    kAny,
    kIp,
    kTcp,
    kUdp,
    kIcmp,
    kArp,
    kIpv6,
    kTcp6,
    kUdp6,
    kIcmp6,
    kNd,
    kMpls,
    kPbb,
    kProtocols
  };

  unsigned pick(size_t below) { return static_cast<unsigned>(random_() % below); }
  bool one_in(unsigned n) { return pick(n) == 0; }
  std::string number(unsigned below) { return std::to_string(pick(below)); }
  template <size_t N>
  std::string one_of(const char* const (&words)[N]) {
    return words[pick(N)];
  }

  std::string port() { return std::to_string(1 + pick(6)); }
  std::string mac() { return "00:00:00:00:00:0" + std::to_string(1 + pick(4)); }
  std::string address() { return "10.0.0." + std::to_string(1 + pick(4)); }
  std::string address6() { return "fd00::" + std::to_string(1 + pick(4)); }
  std::string transport_port();
  std::string group() { return std::to_string(1 + pick(4)); }

  std::string match(Protocol protocol);
  std::string field(Protocol protocol);
  std::string common_field();
  std::string ip_field();
  std::string action(Protocol& protocol);
  std::string common_action();
  std::string own_action(Protocol protocol);
  std::string header_action(Protocol& protocol);
  std::string set_field(Protocol protocol);
  std::string learn();
  std::string actions(Protocol protocol);
  std::string action_set(Protocol protocol);
  std::string instructions(Protocol protocol, unsigned table);
  std::string bucket(const std::string& type);

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
