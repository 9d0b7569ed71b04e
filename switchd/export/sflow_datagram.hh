// sFlow version 5 (sflow.org, "sFlow Version 5", July 2004): samples and counters in, a datagram out. Numbers
// are as the specification has them.
#pragma once

#include "core/base/address.hh"
#include "switchd/export/datagram_writer.hh"
#include "switchd/packet/packet.hh"

namespace flowbed::sw {

struct SflowHeader {
  IpAddress agent;
  uint32_t sub_agent = 0;
  uint32_t sequence = 0;   // of datagrams of this sub-agent
  uint32_t uptime_ms = 0;  // of the agent
};

// Interfaces of flow samples: an ifIndex, or one of these.
inline constexpr uint32_t kSflowUnknown = 0;
inline constexpr uint32_t kSflowDropped = 1u << 30 | 256;  // for a reason that is not known
constexpr uint32_t sflow_several(uint32_t interfaces) { return 2u << 30 | (interfaces & 0x3fffffff); }

struct SflowPacketSample {
  uint32_t sequence = 0;  // of samples of this source
  uint32_t source = 0;    // ifIndex
  uint32_t one_in = 0, pool = 0, drops = 0;
  uint32_t input = kSflowUnknown, output = kSflowUnknown;
  uint32_t frame_size = 0;          // without the check sequence, which is added
  std::span<const uint8_t> header;  // the frame's first bytes, tags in line
  VlanTag in = {}, out = {};        // outermost tags; none: VLAN 0
};

struct SflowCounterSample {
  uint32_t sequence = 0;
  uint32_t source = 0;  // ifIndex
  uint64_t speed = 0;   // bit/s
  bool is_up = true;
  uint64_t in_octets = 0, out_octets = 0;
  uint32_t in_packets = 0, out_packets = 0;  // of all kinds: which are for groups is not counted
  uint32_t in_discards = 0, out_discards = 0;
};

class SflowDatagram {
 public:
  void add(const SflowPacketSample& sample);
  void add(const SflowCounterSample& sample);
  bool is_empty() const { return samples_ == 0; }
  // Whether a sample with so many bytes of a packet, or one of counters, fits as well.
  bool has_room(size_t header) const { return body_.size() + kReserve + header <= kMaxDatagram; }
  Datagram finish(const SflowHeader& header);  // and begins anew

 private:
  static constexpr size_t kReserve = 160;  // for the datagram's header, and a sample of counters

  DatagramWriter body_;
  uint32_t samples_ = 0;
};

}  // namespace flowbed::sw
