// Why a translated packet comes back to the slow path: it is for a controller, or its headers have to be read
// anew before the pipeline goes on. Actions name both by number.
#pragma once

#include <memory>
#include <vector>

#include "switchd/slowpath/content_pool.hh"
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

// How far a packet had got in a bridge's pipeline, and what is still to be done.
struct FrozenPipeline {
  uint32_t bridge = 0;
  PipelineKey pipeline{};          // without the packet's own fields
  std::vector<Instructions> rest;  // one after the other
  OfActions action_set;
  uint8_t table = 0;  // of the rule whose actions are next
  uint64_t cookie = 0;

  bool operator==(const FrozenPipeline& other) const {
    return bridge == other.bridge && same_words(pipeline, other.pipeline) && rest == other.rest &&
           action_set == other.action_set && table == other.table && cookie == other.cookie;
  }
  uint64_t hash() const {
    return mix(mix(bridge, table) ^ cookie, mix(pipeline.f.in_port, pipeline.f.metadata) + rest.size());
  }
};

struct Interruptions {
  ContentPool<PuntContext> punts{1u << 20};
  ContentPool<FrozenPipeline> frozen{0xffff};  // a key's `recirculation` has 16 bits
};

}  // namespace flowbed::sw
