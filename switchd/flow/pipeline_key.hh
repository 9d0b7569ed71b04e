// The pipeline's key: what rules of OpenFlow tables match. That is a packet's flow key, and what a packet
// carries from table to table besides: metadata, registers, a tunnel's id, and the port by OpenFlow's number.
//
// All members stand in network byte order, as in the flow key, so that one table of fields describes both.
// `packet.in_port` is not matched by rules: `in_port` is, and depends on it.
#pragma once

#include <cstdint>

#include "switchd/flow/flow_key.hh"

namespace flowbed::sw {

constexpr size_t kRegisters = 16;

struct PipelineFields {
  FlowKey packet;
  uint64_t metadata;
  uint64_t tunnel_id;
  uint32_t in_port, in_phy_port;  // OpenFlow's numbers
  uint32_t registers[kRegisters];
  uint32_t conj_id;  // of the conjunction that holds, while rules that ask for it are looked for
  uint32_t zero;
};

constexpr size_t kPipelineKeyWords = sizeof(PipelineFields) / sizeof(uint64_t);

union PipelineKey {
  PipelineFields f;
  uint64_t words[kPipelineKeyWords];
};
using PipelineMask = PipelineKey;
static_assert(sizeof(PipelineKey) == kPipelineKeyWords * sizeof(uint64_t));

// A packet as it comes in at a port.
PipelineKey pipeline_key(const FlowKey& packet, OfPort in_port);

inline bool same_words(const PipelineKey& a, const PipelineKey& b) { return memcmp(&a, &b, sizeof a) == 0; }

inline PipelineKey masked(const PipelineKey& key, const PipelineMask& mask) {
  PipelineKey result;
  for (size_t i = 0; i < kPipelineKeyWords; i++) result.words[i] = key.words[i] & mask.words[i];
  return result;
}

inline bool matches(const PipelineKey& key, const PipelineKey& masked_key, const PipelineMask& mask) {
  uint64_t difference = 0;
  for (size_t i = 0; i < kPipelineKeyWords; i++)
    difference |= (key.words[i] & mask.words[i]) ^ masked_key.words[i];
  return difference == 0;
}

}  // namespace flowbed::sw
