// What a datapath does with a packet: output it, give it a VLAN tag (it has none then), take its tag off. A
// list of actions runs from left to right on one packet; an empty list drops it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "switchd/flow/numbers.hh"
#include "switchd/packet/packet.hh"

namespace flowbed::sw {

struct Action {
  enum class Kind : uint16_t { kOutput, kPushVlan, kPopVlan };

  Kind kind;
  uint16_t tpid = 0;  // kPushVlan, host order
  union {
    PortNo port;   // kOutput
    uint32_t tci;  // kPushVlan
  };

  static Action output(PortNo to) { return {.kind = Kind::kOutput, .port = to}; }
  static Action push_vlan(VlanTag tag) { return {.kind = Kind::kPushVlan, .tpid = tag.tpid, .tci = tag.tci}; }
  static Action pop_vlan() { return {.kind = Kind::kPopVlan, .tci = 0}; }
  bool operator==(const Action& other) const {
    return kind == other.kind && tpid == other.tpid && tci == other.tci;
  }
};

using ActionList = std::vector<Action>;
// Thousands of megaflows share few distinct lists: one a destination, and the floods.
using SharedActions = std::shared_ptr<const ActionList>;

using PortNamer = std::function<std::string(PortNo)>;
// "output(s1-eth2)", or "drop". Of a longer list than `limit`, the rest is only counted.
std::string format_actions(const ActionList& actions, const PortNamer& port_name, size_t limit = SIZE_MAX);

}  // namespace flowbed::sw
