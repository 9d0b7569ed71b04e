// Where a packet's headers are. Both who reads them (the flow key's extraction) and who changes them (the
// packet editor) go by this, so that what is set is what is read afterwards.
//
// A header that is cut off or malformed is taken for absent, and so is all that would follow it. Nothing
// here reads beyond the packet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace flowbed::sw {

struct Headers {
  uint16_t eth_type = 0;  // behind all VLAN tags in line, host order
  uint8_t tags = 0;       // in line
  uint8_t ip_proto = 0;   // behind all extension headers
  uint8_t fragment = 0;   // enum flow_frag
  bool rerouted =
      false;  // IPv6: a routing header will change the destination, and checksums know only the last
  uint16_t extensions = 0;  // enum flow_ipv6_ext
  // Offsets from the beginning of the packet. 0: there is no such header.
  uint16_t payload = 0;    // what `eth_type` announces, be it known here or not
  uint16_t network = 0;    // a whole header of IPv4, IPv6, ARP for IPv4, MPLS or PBB (its I-TAG)
  uint16_t transport = 0;  // a whole header of TCP, UDP, SCTP or ICMP; not of later fragments
  uint32_t end = 0;        // of the IP packet: behind it, Ethernet may have padding
};

Headers find_headers(std::span<const uint8_t> packet);

// Of a whole ICMPv6 message: whether it is a neighbour solicitation or advertisement.
bool is_nd(std::span<const uint8_t> message);
inline constexpr size_t kNdTargetOffset = 8, kNdSize = 24;  // options follow
// In one: where the link-layer address of the first option of this type is; 0: there is none.
inline constexpr uint8_t kNdSourceAddress = 1, kNdTargetAddress = 2;
size_t find_nd_address(std::span<const uint8_t> message, uint8_t option);

inline uint16_t read_u16(const uint8_t* at) { return static_cast<uint16_t>(at[0] << 8 | at[1]); }
inline uint32_t read_u32(const uint8_t* at) { return uint32_t{read_u16(at)} << 16 | read_u16(at + 2); }
inline void write_u16(uint8_t* at, uint16_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}
inline void write_u32(uint8_t* at, uint32_t value) {
  write_u16(at, static_cast<uint16_t>(value >> 16));
  write_u16(at + 2, static_cast<uint16_t>(value));
}

}  // namespace flowbed::sw
