// What a datapath does with a packet: a list of actions that runs from left to right; an empty list drops it.
//
// Headers are changed by chunks of 16 bits, named by their place in the flow key: so an action is eight
// bytes, whatever it changes, and checksums follow in 16-bit steps as RFC 1624 has it. A flood over a
// thousand ports is as compact as a rewriting router.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "switchd/flow/flow_key.h"
#include "switchd/flow/numbers.hh"
#include "switchd/packet/packet.hh"

namespace flowbed::sw {

struct Action {
  enum class Kind : uint16_t {
    kOutput,
    kPushVlan,  // a tag before those that the packet has
    kPopVlan,   // the outermost; the next one, if there is one, takes its place
    kPushMpls,  // `type` is the EtherType then, `number` the new entry of the label stack
    kPopMpls,   // `type` is the EtherType of what is below
    kPushPbb,   // `number` is the I-TAG; the addresses are copied
    kPopPbb,
    kCopyTtlOut,   // from what is below the outermost label to that label
    kCopyTtlIn,    // the other way
    kSet,          // 16 bits of the flow key: `type` says which, `number` is value << 16 | mask
    kMeter,        // `number` names it, for the meter handler: it may drop the packet or mark it
    kPunt,         // hands the packet, as it is now, to the punt handler; `number` says what for
    kRecirculate,  // reads the packet anew and looks it up, `number` being the key's `recirculation`
    kClone,        // the next `number` actions run on a copy
    kSample,       // shows the packet, as it is now, to the sample handler; `number` says what for
  };

  Kind kind;
  uint16_t type = 0;  // host order
  union {
    PortNo port;  // kOutput
    uint32_t number;
  };

  static Action output(PortNo to) { return {.kind = Kind::kOutput, .port = to}; }
  static Action push_vlan(VlanTag tag) {
    return {.kind = Kind::kPushVlan, .type = tag.tpid, .number = tag.tci};
  }
  static Action pop_vlan() { return {.kind = Kind::kPopVlan, .number = 0}; }
  static Action push_mpls(uint16_t eth_type, uint32_t entry) {
    return {.kind = Kind::kPushMpls, .type = eth_type, .number = entry};
  }
  static Action pop_mpls(uint16_t eth_type) {
    return {.kind = Kind::kPopMpls, .type = eth_type, .number = 0};
  }
  static Action push_pbb(uint32_t service) { return {.kind = Kind::kPushPbb, .number = service}; }
  static Action pop_pbb() { return {.kind = Kind::kPopPbb, .number = 0}; }
  // `chunk` counts from the key's beginning; value and mask are as they would be read from the key as
  // big-endian.
  static Action set(uint16_t chunk, uint16_t value, uint16_t mask) {
    return {.kind = Kind::kSet, .type = chunk, .number = uint32_t{value} << 16 | mask};
  }
  static Action copy_ttl_out() { return {.kind = Kind::kCopyTtlOut, .number = 0}; }
  static Action copy_ttl_in() { return {.kind = Kind::kCopyTtlIn, .number = 0}; }
  static Action meter(uint32_t id) { return {.kind = Kind::kMeter, .number = id}; }
  static Action punt(uint32_t id) { return {.kind = Kind::kPunt, .number = id}; }
  static Action recirculate(uint16_t id) { return {.kind = Kind::kRecirculate, .number = id}; }
  static Action clone(size_t actions) {
    return {.kind = Kind::kClone, .number = static_cast<uint32_t>(actions)};
  }

  static Action sample(uint32_t id) { return {.kind = Kind::kSample, .number = id}; }

  uint16_t set_value() const { return static_cast<uint16_t>(number >> 16); }
  uint16_t set_mask() const { return static_cast<uint16_t>(number); }
  bool operator==(const Action& other) const {
    return kind == other.kind && type == other.type && number == other.number;
  }
};
static_assert(sizeof(Action) == 8);

using ActionList = std::vector<Action>;
// Thousands of megaflows share few distinct lists: one a destination, and the floods.
using SharedActions = std::shared_ptr<const ActionList>;

using PortNamer = std::function<std::string(PortNo)>;
// "output(s1-eth2)", "set(nw_dst=10.0.0.2),clone(pop_vlan,output(s1-eth1))", or "drop". Of more actions than
// `limit`, the rest is only counted. `packet` tells by which name to call what is set: a flow's key; without
// it, TCP over IP is assumed.
std::string format_actions(const ActionList& actions, const PortNamer& port_name, size_t limit = SIZE_MAX,
                           const ::flow_key* packet = nullptr);

}  // namespace flowbed::sw
