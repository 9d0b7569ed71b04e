#include "switchd/packet/checksum.hh"

#include <array>
#include <cstring>

#include "switchd/packet/headers.hh"

namespace flowbed::sw {
namespace {

constexpr uint32_t kCastagnoli = 0x82f63b78;  // reflected

constexpr std::array<uint32_t, 256> make_crc_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? kCastagnoli : 0);
    table[byte] = crc;
  }
  return table;
}
constexpr auto kCrcTable = make_crc_table();

uint32_t extend_crc(uint32_t crc, std::span<const uint8_t> bytes) {
  for (const uint8_t byte : bytes) crc = crc >> 8 ^ kCrcTable[(crc ^ byte) & 0xff];
  return crc;
}

}  // namespace

uint16_t fold_sum(uint64_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

void finish_checksum(std::span<uint8_t> packet, size_t start, size_t offset) {
  constexpr size_t kUdpOffset = 6;  // where 0 stands for a packet without a checksum
  if (start + offset + sizeof(uint16_t) > packet.size()) return;
  const auto sum = static_cast<uint16_t>(~ones_sum(packet.subspan(start)));
  write_u16(&packet[start + offset], offset == kUdpOffset && sum == 0 ? 0xffff : sum);
}

uint16_t ones_sum(std::span<const uint8_t> bytes, uint64_t start) {
  uint64_t sum = start;
  const uint8_t* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 4; at += 4, left -= 4) sum += read_u32(at);
  if (left >= 2) {
    sum += read_u16(at);
    at += 2;
    left -= 2;
  }
  if (left) sum += uint64_t{*at} << 8;
  return fold_sum(sum);
}

uint16_t pseudo_header_sum(std::span<const uint8_t> addresses, uint8_t proto, size_t length) {
  return ones_sum(addresses, uint64_t{proto} + length);
}

uint32_t sctp_checksum(std::span<const uint8_t> packet) {
  constexpr uint8_t kZeros[4] = {};
  uint32_t crc = extend_crc(~uint32_t{0}, packet.first(8));
  crc = extend_crc(crc, kZeros);
  crc = ~extend_crc(crc, packet.subspan(12));
  return __builtin_bswap32(crc);
}

}  // namespace flowbed::sw
