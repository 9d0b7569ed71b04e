// The checksums of the Internet's headers (RFC 1071), kept right in steps of 16 bits (RFC 1624), and SCTP's.
#pragma once

#include <cstdint>
#include <span>

namespace flowbed::sw {

// The sum in ones' complement of 16-bit numbers in network order, not complemented; an odd last byte is
// followed by zero.
uint16_t ones_sum(std::span<const uint8_t> bytes, uint64_t start = 0);
uint16_t fold_sum(uint64_t sum);

// What a sum becomes when one of the numbers in it changes.
inline uint16_t adjusted_sum(uint16_t sum, uint16_t before, uint16_t after) {
  return fold_sum(uint64_t{sum} + static_cast<uint16_t>(~before) + after);
}

// Of the pseudo-header of TCP, UDP and ICMPv6; `addresses` are source and destination, of IPv4 or IPv6.
uint16_t pseudo_header_sum(std::span<const uint8_t> addresses, uint8_t proto, size_t length);

// What is left to be computed behind `start`, of which the field at `start + offset` holds the beginning (the
// kernel's CHECKSUM_PARTIAL). What is not within the packet stays.
void finish_checksum(std::span<uint8_t> packet, size_t start, size_t offset);

// CRC32c (RFC 9260, appendix A) of an SCTP packet, its own field taken for zero; as it stands in the packet.
uint32_t sctp_checksum(std::span<const uint8_t> packet);

}  // namespace flowbed::sw
