#include "switchd/packet/segment.hh"

#include <algorithm>
#include <cstring>

#include "switchd/flow/flow_key.h"
#include "switchd/packet/checksum.hh"
#include "switchd/packet/protocols.hh"

namespace flowbed::sw {
namespace {

constexpr size_t kIpv6Size = 40;
constexpr uint8_t kFin = 0x01, kPush = 0x08, kCongestionWindowReduced = 0x80;

}  // namespace

Segmenter::Segmenter(const Packet& packet) : packet_(packet) {
  if (!packet.offload.is_super_packet()) return;
  headers_ = find_headers(packet.bytes);
  if (!has_right_headers(packet.offload.gso_type & ~OffloadHeader::kGsoEcn)) return;
  const bool tcp = headers_.ip_proto == kTcp;
  header_size_ =
      headers_.transport + (tcp ? (packet.bytes[headers_.transport + 12] >> 4) * size_t{4} : kUdpSize);
  if (header_size_ >= headers_.end || (tcp && header_size_ < headers_.transport + kTcpSize)) return;
  const size_t payload = headers_.end - header_size_;
  count_ = (payload + packet.offload.gso_size - 1) / packet.offload.gso_size;
}

bool Segmenter::has_right_headers(uint8_t gso_type) const {
  if (headers_.transport == 0 || headers_.fragment != FLOW_FRAG_NONE || headers_.rerouted) return false;
  const bool ipv4 = headers_.eth_type == FLOW_ETH_TYPE_IPV4;
  switch (gso_type) {
    case OffloadHeader::kGsoTcp4:
      return ipv4 && headers_.ip_proto == kTcp;
    case OffloadHeader::kGsoTcp6:
      return !ipv4 && headers_.ip_proto == kTcp;
    case OffloadHeader::kGsoUdpL4:
      return headers_.ip_proto == kUdp;
    default:
      return false;
  }
}

size_t Segmenter::payload_size(size_t index) const {
  const size_t segment = packet_.offload.gso_size;
  return std::min(segment, headers_.end - header_size_ - index * segment);
}

size_t Segmenter::size(size_t index) const { return header_size_ + payload_size(index); }

Packet Segmenter::write(size_t index, std::span<uint8_t> storage) const {
  const std::span<uint8_t> segment = storage.first(size(index));
  memcpy(segment.data(), packet_.bytes.data(), header_size_);
  memcpy(segment.data() + header_size_, &packet_.bytes[header_size_ + index * packet_.offload.gso_size],
         payload_size(index));
  finish_headers(index, 1, segment.first(header_size_), payload_size(index));
  write_u16(checksum_in(segment), pseudo_sum(segment, payload_size(index)));
  finish_checksum(segment, headers_.transport, checksum_offset());
  Packet packet{.bytes = segment, .vlan = packet_.vlan, .offload = {}, .wire = {}};
  packet.wire = wire_size(packet);
  return packet;
}

Segmenter::Run Segmenter::run(size_t first, size_t count, std::span<uint8_t> storage) const {
  const std::span<uint8_t> headers = storage.first(header_size_);
  memcpy(headers.data(), packet_.bytes.data(), header_size_);
  const size_t begin = header_size_ + first * packet_.offload.gso_size;
  const size_t payload = (count - 1) * packet_.offload.gso_size + payload_size(first + count - 1);
  finish_headers(first, count, headers, payload);
  write_u16(checksum_in(headers), pseudo_sum(headers, payload));
  Packet packet{.bytes = headers, .vlan = packet_.vlan, .offload = packet_.offload, .wire = {}};
  packet.offload.flags |= OffloadHeader::kNeedsChecksum;
  packet.offload.csum_start = headers_.transport;
  packet.offload.csum_offset = checksum_offset();
  packet.offload.hdr_len = static_cast<uint16_t>(header_size_);
  if (first > 0) packet.offload.gso_type &= static_cast<uint8_t>(~OffloadHeader::kGsoEcn);
  if (count == 1) packet.offload.gso_type = packet.offload.gso_size = 0;
  const size_t each = header_size_ + (packet_.vlan.present() ? kVlanTagSize : 0);
  const size_t largest = payload_size(first);
  packet.wire = {.packets = static_cast<uint32_t>(count),
                 .bytes = count * each + payload,
                 .largest_l3 = static_cast<uint32_t>(header_size_ - kEthernetHeaderSize + largest)};
  return {packet, packet_.bytes.subspan(begin, payload)};
}

void Segmenter::finish_headers(size_t first, size_t count, std::span<uint8_t> headers, size_t payload) const {
  finish_network(first, &headers[headers_.network], header_size_ - headers_.network + payload);
  uint8_t* transport = &headers[headers_.transport];
  if (headers_.ip_proto == kTcp) {
    finish_tcp(first, count, transport);
  } else {
    write_u16(transport + 4, static_cast<uint16_t>(header_size_ - headers_.transport + payload));
  }
}

void Segmenter::finish_network(size_t index, uint8_t* ip, size_t length) const {
  if (headers_.eth_type == FLOW_ETH_TYPE_IPV6)
    return write_u16(ip + 4, static_cast<uint16_t>(length - kIpv6Size));
  write_u16(ip + 2, static_cast<uint16_t>(length));
  write_u16(ip + 4, static_cast<uint16_t>(read_u16(ip + 4) + index));
  write_u16(ip + 10, 0);
  const size_t header_size = (ip[0] & 0x0f) * size_t{4};
  write_u16(ip + 10, static_cast<uint16_t>(~ones_sum({ip, header_size})));
}

// RFC 9293; the congestion window was reduced once (RFC 3168, 6.1.2).
void Segmenter::finish_tcp(size_t first, size_t count, uint8_t* tcp) const {
  const size_t before = first * packet_.offload.gso_size;
  write_u32(tcp + 4, static_cast<uint32_t>(read_u32(tcp + 4) + before));
  if (first + count < count_) tcp[13] &= static_cast<uint8_t>(~(kFin | kPush));
  if (first > 0) tcp[13] &= static_cast<uint8_t>(~kCongestionWindowReduced);
}

uint16_t Segmenter::checksum_offset() const { return headers_.ip_proto == kTcp ? 16 : 6; }

uint8_t* Segmenter::checksum_in(std::span<uint8_t> headers) const {
  return &headers[headers_.transport + size_t{checksum_offset()}];
}

uint16_t Segmenter::pseudo_sum(std::span<const uint8_t> headers, size_t payload) const {
  const bool ipv6 = headers_.eth_type == FLOW_ETH_TYPE_IPV6;
  const auto addresses = headers.subspan(headers_.network + (ipv6 ? 8 : 12), ipv6 ? 32 : 8);
  return pseudo_header_sum(addresses, headers_.ip_proto, header_size_ - headers_.transport + payload);
}

}  // namespace flowbed::sw
