// BPDUs: what bridges tell each other, to and from the bytes of a frame. (IEEE 802.1D-2004, clause 9)
//
// Three kinds: the rapid one, and the two of old spanning tree, which a rapid bridge still understands and
// speaks to a neighbour that knows nothing else. All go to 01:80:c2:00:00:00 in 802.3 frames (a length, then
// LLC 42 42 03), which no bridge forwards.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "switchd/slowpath/stp/priority_vector.hh"

namespace flowbed::sw {

inline constexpr uint8_t kBpduAddress[6] = {0x01, 0x80, 0xc2, 0x00, 0x00, 0x00};

enum class PortRole : uint8_t { kDisabled, kAlternate, kBackup, kRoot, kDesignated };

struct Bpdu {
  enum class Kind : uint8_t { kConfiguration, kTopologyChangeNotification, kRapid };

  Kind kind = Kind::kRapid;
  bool topology_change = false;
  bool topology_change_ack = false;  // kConfiguration only
  // The sender's. A configuration BPDU comes from a designated port, and has none of the flags.
  PortRole role = PortRole::kDesignated;  // kBackup is told as kAlternate: they have one code
  bool proposal = false, agreement = false, learning = false, forwarding = false;
  PriorityVector priority;  // a topology change notification has neither this
  StpTimes times;           // nor this

  bool operator==(const Bpdu&) const = default;
};

using BpduFrame = std::array<uint8_t, 60>;  // as short as Ethernet allows; zeros after the BPDU

BpduFrame write_bpdu(const Bpdu& bpdu, const MacAddress& source);

// Of a whole frame without tag, to whatever destination. Nothing: it is no BPDU, is cut off, has an unknown
// type, or is a configuration that is older than it may be. Longer ones and later versions are read as far as
// they are known (9.3.4).
std::optional<Bpdu> parse_bpdu(std::span<const uint8_t> frame);

}  // namespace flowbed::sw
