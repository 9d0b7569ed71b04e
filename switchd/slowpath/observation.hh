// What is seen of packets at a bridge that is watched (MonitorConfig): where they came in, what they are, and
// how they left. Values only: bridges and ports may be gone when somebody reads them.
#pragma once

#include "switchd/flow/pipeline_key.hh"

namespace flowbed::sw {

// How a packet left a bridge; not counting mirrors' copies and what went to a controller.
struct Leaving {
  uint32_t ports = 0;    // how many; 0: it was dropped
  bool is_known = true;  // else its headers were to be read anew first, and where it left showed only then
  OfPort port{};         // the last of them
  IfIndex index{};
  VlanTag tag = {};  // that it had there, where packets are sampled; else none

  void add(OfPort to, IfIndex to_index, VlanTag with) {
    ports++;
    port = to;
    index = to_index;
    tag = with;
  }
  bool operator==(const Leaving&) const = default;
};

// What a sample action's number stands for.
struct SampleContext {
  PortNo in;
  Leaving leaving;

  bool operator==(const SampleContext&) const = default;
  uint64_t hash() const {
    return mix(to_number(in), mix(to_number(leaving.port), uint64_t{leaving.tag.tci} << 32 | leaving.ports));
  }
};

// A flow of packets that a bridge saw alike: one direction of a transport connection, or what two addresses
// say to each other.
struct Observation {
  uint32_t bridge;  // its id
  FlowKey key;      // as flow_identity has it; no port, no tag
  VlanTag vlan;     // without its priority
  bool has_more_tags;
  OfPort in;
  IfIndex in_index;
  Leaving leaving;
  int16_t extra_bytes;  // a packet's size here, against its size where it came in
};

// The bits that tell such flows apart, besides port and tag: Ethernet's addresses and type; of IP the
// protocol, the addresses, DSCP (without the congestion bits, so that a congested flow stays one) and IPv6's
// flow label; of TCP, UDP, SCTP and ICMP the ports, or type and code. TCP's flags are among them: so a
// connection has a cached flow for each set of flags that it uses, and what flags it had is known without
// anyone looking at packets.
PipelineMask flow_identity(const FlowKey& packet);

}  // namespace flowbed::sw
