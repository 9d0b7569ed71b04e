#include <algorithm>
#include <cstring>

#include "switchd/packet/headers.hh"
#include "switchd/packet/packet.hh"

namespace flowbed::sw {
namespace {

constexpr size_t kUdpHeaderSize = 8;

// The headers that each segment repeats, Ethernet included. A super-packet always has an unfinished checksum,
// and the kernel says where the transport header starts; `hdr_len` is only a hint and may cover payload.
size_t repeated_headers(const Packet& packet) {
  const size_t transport = packet.offload.csum_start;
  const bool udp = (packet.offload.gso_type & ~OffloadHeader::kGsoEcn) == OffloadHeader::kGsoUdpL4;
  if (udp) return transport + kUdpHeaderSize;
  if (transport + 13 > packet.bytes.size()) return packet.bytes.size();
  return transport + (packet.bytes[transport + 12] >> 4) * size_t{4};
}

WireSize segmented_size(const Packet& packet, uint64_t bytes) {
  const size_t headers = std::clamp(repeated_headers(packet), kEthernetHeaderSize, packet.bytes.size());
  const size_t payload = packet.bytes.size() - headers;
  const size_t segment = packet.offload.gso_size;
  const auto packets = static_cast<uint32_t>(std::max<size_t>(1, (payload + segment - 1) / segment));
  const size_t tag = packet.vlan.present() ? kVlanTagSize : 0;
  return {.packets = packets,
          .bytes = bytes + (packets - 1) * (headers + tag),
          .largest_l3 = static_cast<uint32_t>(headers - kEthernetHeaderSize + std::min(payload, segment))};
}

}  // namespace

WireSize wire_size(const Packet& packet) {
  const uint64_t bytes = packet.bytes.size() + (packet.vlan.present() ? kVlanTagSize : 0);
  if (packet.offload.is_super_packet()) return segmented_size(packet, bytes);
  return {.packets = 1,
          .bytes = bytes,
          .largest_l3 = static_cast<uint32_t>(packet.bytes.size() - kEthernetHeaderSize)};
}

Packet packet_from_frame(std::span<const uint8_t> frame, std::span<uint8_t> storage) {
  Packet packet{.bytes = frame, .vlan = {}, .offload = {}, .wire = {}};
  const uint16_t type = read_u16(&frame[12]);
  if (is_vlan_type(type) && frame.size() >= kEthernetHeaderSize + kVlanTagSize) {
    packet.vlan = {type, read_u16(&frame[14])};
    memcpy(storage.data(), frame.data(), 12);
    memcpy(storage.data() + 12, frame.data() + 16, frame.size() - 16);
    packet.bytes = storage.first(frame.size() - kVlanTagSize);
  }
  packet.wire = wire_size(packet);
  return packet;
}

}  // namespace flowbed::sw
