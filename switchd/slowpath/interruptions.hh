// Why a translated packet comes back to the slow path: it is for a controller, it may be a sample, or its
// headers have to be read anew before the pipeline goes on. Actions name all three by number.
#pragma once

#include <memory>
#include <vector>

#include "switchd/slowpath/content_pool.hh"
#include "switchd/slowpath/observation.hh"
#include "switchd/slowpath/pipeline/of_action.hh"

namespace flowbed::sw {

// What a controller is told with the packet.
struct PuntContext {
  uint32_t bridge = 0;  // its id
  PacketInReason reason = PacketInReason::kApplyAction;
  bool is_miss = false;  // no rule matched: only for controllers to whom that means "ask me"
  uint16_t max_len = kWholePacket;
  uint16_t controller_id = 0;
  uint8_t table = 0;
  uint64_t cookie = ~uint64_t{0};
  OfPort in_port{};
  uint64_t metadata = 0, tunnel_id = 0;             // network byte order
  std::array<uint32_t, kRegisters> registers = {};  // likewise

  bool operator==(const PuntContext&) const = default;
  uint64_t hash() const {
    return mix(mix(bridge, table) ^ cookie,
               mix(to_number(in_port), metadata) + uint64_t{max_len} + tunnel_id);
  }
};

// Whose actions run: what a controller is told of them, and what they may do.
struct ActionOrigin {
  uint8_t table = 0;
  uint64_t cookie = ~uint64_t{0};
  bool is_table_miss = false;  // the rule matches everything at priority 0
  bool in_action_set = false, in_group = false, is_packet_out = false;
  int depth = 0;  // of resubmits and groups

  bool operator==(const ActionOrigin&) const = default;
};

// How far a packet had got in a bridge's pipeline, and what is still to be done.
struct FrozenPipeline {
  struct Part {
    Instructions instructions;  // may be none: then what comes after is of this origin
    ActionOrigin origin;
    bool operator==(const Part&) const = default;
  };

  uint32_t bridge = 0;
  OfPort in_port = kOfPortAny;  // by which the packet came in; the pipeline may pretend another
  uint32_t mirrored = 0;        // as of Visit
  PipelineKey pipeline{};       // without the packet's own fields
  std::vector<Part> rest;       // one after the other
  OfActions action_set;
  ActionOrigin origin;  // of the action set, if there is no rest

  bool operator==(const FrozenPipeline& other) const {
    return bridge == other.bridge && in_port == other.in_port && mirrored == other.mirrored &&
           same_words(pipeline, other.pipeline) && rest == other.rest && action_set == other.action_set &&
           origin == other.origin;
  }
  uint64_t hash() const {
    return mix(mix(bridge, origin.table) ^ origin.cookie,
               mix(pipeline.f.in_port, pipeline.f.metadata) + rest.size());
  }
};

inline constexpr size_t kMaxPunts = 1u << 20, kMaxSamples = 1u << 20;
inline constexpr size_t kMaxFrozen = 0xffff;  // a key's `recirculation` has 16 bits

struct Interruptions {
  ContentPool<PuntContext> punts{kMaxPunts};
  ContentPool<SampleContext> samples{kMaxSamples};
  ContentPool<FrozenPipeline> frozen{kMaxFrozen};
};

}  // namespace flowbed::sw
