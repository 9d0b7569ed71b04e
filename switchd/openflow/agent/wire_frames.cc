#include "switchd/openflow/agent/wire_frames.hh"

#include "switchd/packet/checksum.hh"
#include "switchd/packet/headers.hh"
#include "switchd/packet/segment.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr size_t kAddresses = 12;

// What the sender left at the checksum's place is the sum of the pseudo-header (VIRTIO 1.1, 5.1.6.2).
void finish_checksum(const OffloadHeader& offload, std::span<uint8_t> bytes) {
  const size_t start = offload.csum_start, at = start + offload.csum_offset;
  if (!offload.needs_checksum() || start >= bytes.size() || at + 2 > bytes.size()) return;
  const auto sum = static_cast<uint16_t>(~ones_sum(bytes.subspan(start)));
  write_u16(&bytes[at], sum == 0 ? 0xffff : sum);  // 0 means "none" in UDP, and is the same number elsewhere
}

std::vector<uint8_t> wire_frame(const Packet& packet) {
  std::vector<uint8_t> frame(packet.bytes.begin(), packet.bytes.end());
  finish_checksum(packet.offload, frame);
  if (!packet.vlan.present()) return frame;
  uint8_t tag[kVlanTagSize];
  write_u16(tag, packet.vlan.tpid);
  write_u16(tag + 2, packet.vlan.tci);
  frame.insert(frame.begin() + kAddresses, std::begin(tag), std::end(tag));
  return frame;
}

}  // namespace

std::vector<std::vector<uint8_t>> wire_frames(const Packet& packet) {
  const Segmenter cut(packet);
  if (cut.count() == 0) return {wire_frame(packet)};
  std::vector<std::vector<uint8_t>> frames;
  std::vector<uint8_t> storage;
  for (size_t i = 0; i < cut.count(); i++) {
    storage.resize(cut.size(i));
    frames.push_back(wire_frame(cut.write(i, storage)));
  }
  return frames;
}

}  // namespace flowbed::sw::ofp
