// Packet: a view of one frame on its way through the switch. It owns nothing; the bytes lie in a receive
// ring, or in a test's array, and stay valid until the call that was given the packet returns.
//
// The outermost VLAN tag is always out of band, in `vlan`, as the kernel delivers it; what stands in `bytes`
// begins with the two MAC addresses and the EtherType of what the tag encloses. Whoever makes a packet from
// bytes with a tag in line uses `packet_from_frame`. So pushing and popping a tag costs nothing, and only
// output writes it.
//
// `offload` says what is unfinished: a checksum to be completed, a super-packet to be cut into segments. It
// goes with the bytes into the kernel and out of it again, so that hardly anyone computes a checksum or a
// segment here: see segment.hh for who does.
#pragma once

#include <cstdint>
#include <span>

namespace flowbed::sw {

inline constexpr size_t kEthernetHeaderSize = 14;
inline constexpr size_t kVlanTagSize = 4;
inline constexpr uint16_t kEtherTypeVlan = 0x8100;
inline constexpr uint16_t kEtherTypeServiceVlan = 0x88a8;
inline constexpr uint16_t kEtherTypeOldServiceVlan = 0x9100;  // before 802.1ad; the kernel leaves it in line
constexpr bool is_vlan_type(uint16_t eth_type) {
  return eth_type == kEtherTypeVlan || eth_type == kEtherTypeServiceVlan ||
         eth_type == kEtherTypeOldServiceVlan;
}

struct VlanTag {
  uint16_t tpid = 0;  // EtherType of the tag, host order; 0: the packet has no tag
  uint16_t tci = 0;   // priority (3 bits), drop eligible (1), VLAN id (12), host order

  bool present() const { return tpid != 0; }
  uint16_t vid() const { return tci & 0x0fff; }
  bool operator==(const VlanTag&) const = default;
};

// The virtio-net header (OASIS VIRTIO 1.1, section 5.1.6) as AF_PACKET uses it, in the machine's byte order.
// Ours, as <linux/virtio_net.h> of Debian 12 is no C++.
struct OffloadHeader {
  static constexpr uint8_t kNeedsChecksum =
      1;  // in flags: to be computed from csum_start and stored behind it
  static constexpr uint8_t kGsoNone = 0, kGsoTcp4 = 1, kGsoTcp6 = 4, kGsoUdpL4 = 5, kGsoEcn = 0x80;

  uint8_t flags = 0;
  uint8_t gso_type = kGsoNone;
  uint16_t hdr_len = 0;      // a hint of the headers' size, which may cover payload
  uint16_t gso_size = 0;     // payload of each segment
  uint16_t csum_start = 0;   // from the beginning of the frame
  uint16_t csum_offset = 0;  // from csum_start

  bool needs_checksum() const { return flags & kNeedsChecksum; }
  bool is_super_packet() const { return gso_type != kGsoNone && gso_size != 0; }
};
static_assert(sizeof(OffloadHeader) == 10);

// What a packet is on the wire. A super-packet counts as the segments it will become, so that counters of
// Flowbed agree with those of a real switch and not with the accidents of offloading.
struct WireSize {
  uint32_t packets = 1;
  uint64_t bytes = 0;       // Ethernet headers and VLAN tag included, preamble and check sequence not
  uint32_t largest_l3 = 0;  // the largest segment without Ethernet header and tag: what an MTU limits
};

struct Packet {
  std::span<const uint8_t> bytes;  // at least kEthernetHeaderSize
  VlanTag vlan;
  OffloadHeader offload;
  WireSize wire;
};

// Gives the packet this tag instead of the one that it has; VlanTag{} takes it off. Keeps `wire` right.
inline void set_vlan(Packet& packet, VlanTag tag) {
  const uint64_t tag_bytes = packet.wire.packets * uint64_t{kVlanTagSize};
  if (packet.vlan.present()) packet.wire.bytes -= tag_bytes;
  if (tag.present()) packet.wire.bytes += tag_bytes;
  packet.vlan = tag;
}

WireSize wire_size(const Packet& packet);  // from bytes, vlan and offload; `packet.wire` is not read

// `frame` as it is on the wire. A tag in line goes to `vlan`; `storage` then holds the bytes without it, and
// must be as long as the frame. (A packet with no tag out of band and one in line is understood all the same:
// what reads or changes tags takes it for the outermost.)
Packet packet_from_frame(std::span<const uint8_t> frame, std::span<uint8_t> storage);

}  // namespace flowbed::sw
