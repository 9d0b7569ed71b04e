// Checksums and lengths computed from scratch, without the code under test: what packets must have in the
// end.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace flowbed::sw {

inline uint16_t plain_sum(std::span<const uint8_t> bytes, uint32_t sum = 0) {
  for (size_t i = 0; i < bytes.size(); i++) sum += i % 2 ? bytes[i] : uint32_t{bytes[i]} << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

inline uint32_t plain_crc32c(std::span<const uint8_t> bytes) {
  uint32_t crc = 0xffffffff;
  for (const uint8_t byte : bytes) {
    crc ^= byte;
    for (int i = 0; i < 8; i++) crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
  }
  return ~crc;
}

inline void put_u16(std::vector<uint8_t>& bytes, size_t at, unsigned value) {
  bytes[at] = static_cast<uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<uint8_t>(value);
}

struct Layout {
  size_t network = 0, transport = 0, end = 0;  // offsets; the transport header is there when not 0
  uint8_t proto = 0;
  bool unfinished = false;        // the transport's checksum is left to the kernel
  bool no_checksum = false;       // UDP: none is wanted
  bool final_destination = true;  // IPv6: the header's is the one that counts
};

inline void finish_transport(std::vector<uint8_t>& bytes, const Layout& at) {
  const std::span<uint8_t> transport = std::span(bytes).subspan(at.transport, at.end - at.transport);
  if (at.proto == 132) {
    for (size_t i = 8; i < 12; i++) transport[i] = 0;
    const uint32_t crc = plain_crc32c(transport);
    for (size_t i = 0; i < 4; i++) transport[8 + i] = static_cast<uint8_t>(crc >> 8 * i);
    return;
  }
  const size_t field = at.transport + (at.proto == 6 ? 16 : at.proto == 17 ? 6 : 2);
  put_u16(bytes, field, 0);
  if (at.no_checksum) return;
  const bool ipv4 = bytes[at.network] >> 4 == 4;
  uint32_t pseudo = 0;
  if (at.proto != 1) {
    std::span<const uint8_t> addresses =
        std::span(bytes).subspan(at.network + (ipv4 ? 12 : 8), ipv4 ? 8 : 32);
    if (!at.final_destination) addresses = addresses.first(16);
    pseudo = plain_sum(addresses, at.proto + static_cast<uint32_t>(transport.size()));
  }
  if (at.unfinished) return put_u16(bytes, field, pseudo);
  const auto checksum = static_cast<uint16_t>(~plain_sum(transport, pseudo));
  put_u16(bytes, field, at.proto == 17 && checksum == 0 ? 0xffff : checksum);
}

// Lengths and checksums of an IP packet within `bytes`.
inline void finish_ip(std::vector<uint8_t>& bytes, const Layout& at) {
  if (bytes[at.network] >> 4 == 4) {
    put_u16(bytes, at.network + 2, static_cast<unsigned>(at.end - at.network));
    put_u16(bytes, at.network + 10, 0);
    const size_t size = (bytes[at.network] & 15) * size_t{4};
    put_u16(bytes, at.network + 10,
            static_cast<uint16_t>(~plain_sum(std::span(bytes).subspan(at.network, size))));
  } else {
    put_u16(bytes, at.network + 4, static_cast<unsigned>(at.end - at.network - 40));
  }
  if (at.transport == 0) return;
  if (at.proto == 17) put_u16(bytes, at.transport + 4, static_cast<unsigned>(at.end - at.transport));
  finish_transport(bytes, at);
}

}  // namespace flowbed::sw
