#include "switchd/packet/packet_editor.hh"

#include <algorithm>
#include <cstring>

#include "switchd/flow/flow_key.h"
#include "switchd/packet/checksum.hh"
#include "switchd/packet/protocols.hh"

namespace flowbed::sw {
namespace {

constexpr size_t kMacsSize = 12, kLabelSize = 4, kServiceHeaderSize = 18;
constexpr size_t kLabelTtl = 3, kIpv4Ttl = 8, kIpv6HopLimit = 7, kIpv4Checksum = 10;  // within their headers

// Where the fields of an offload header are after `size` bytes came at `offset`.
void shift_offload(OffloadHeader& offload, size_t offset, int size) {
  if (offload.needs_checksum() && offload.csum_start >= offset) {
    offload.csum_start = static_cast<uint16_t>(offload.csum_start + size);
  }
  if (offload.hdr_len > offset) offload.hdr_len = static_cast<uint16_t>(offload.hdr_len + size);
}

}  // namespace

PacketEditor PacketEditor::segment(const Segmenter& cut, size_t index) {
  const size_t size = cut.size(index);
  const std::span<uint8_t> place = memory_->take(kHeadroom + size);
  PacketEditor segment(cut.write(index, place.subspan(kHeadroom)), *memory_);
  segment.own_ = place.data() + kHeadroom;
  segment.room_in_front_ = kHeadroom;
  return segment;
}

void PacketEditor::set_tci(uint16_t value, uint16_t mask) {
  if (!packet_.vlan.present()) take_tag_out_of_line();
  if (!packet_.vlan.present()) return;
  packet_.vlan.tci = static_cast<uint16_t>((packet_.vlan.tci & ~mask) | (value & mask));
}

void PacketEditor::write_tag_in_line() {
  if (!packet_.vlan.present()) return;  // it is in line already
  uint8_t* tag = insert(kMacsSize, kVlanTagSize);
  write_u16(tag, packet_.vlan.tpid);
  write_u16(tag + 2, packet_.vlan.tci);
  packet_.vlan = {};
  shape_changed();
}

void PacketEditor::take_tag_out_of_line() {
  if (!has_tag_in_line()) return;
  packet_.vlan = {read_u16(&packet_.bytes[12]), read_u16(&packet_.bytes[14])};
  remove(kMacsSize, kVlanTagSize);
  shape_changed();
}

void PacketEditor::pop_vlan_before_another() {
  if (!packet_.vlan.present()) take_tag_out_of_line();
  packet_.vlan = {};
  take_tag_out_of_line();
  shape_changed();
}

void PacketEditor::push_mpls(uint16_t eth_type, uint32_t entry) {
  if (packet_.bytes.size() < kEthernetHeaderSize) return;
  write_tag_in_line();
  write_u32(insert(kEthernetHeaderSize, kLabelSize), entry);
  write_u16(own_ + kMacsSize, eth_type);
  shape_changed();
}

void PacketEditor::pop_mpls(uint16_t eth_type) {
  const Headers at = headers();
  const bool mpls = at.eth_type == FLOW_ETH_TYPE_MPLS || at.eth_type == FLOW_ETH_TYPE_MPLS_MULTICAST;
  if (!mpls || at.network == 0) return;
  remove(at.network, kLabelSize);
  write_u16(own_ + at.network - 2, eth_type);
  shape_changed();
  if (!packet_.vlan.present()) take_tag_out_of_line();
}

size_t PacketEditor::ttl_below_label() {
  const Headers at = headers();
  const bool mpls = at.eth_type == FLOW_ETH_TYPE_MPLS || at.eth_type == FLOW_ETH_TYPE_MPLS_MULTICAST;
  constexpr size_t kLargestHeader = 40;
  if (!mpls || at.network == 0 || packet_.bytes.size() < at.network + kLabelSize + kLargestHeader / 2)
    return 0;
  const size_t below = at.network + kLabelSize;
  constexpr uint8_t kBottomOfStack = 1;
  if (!(packet_.bytes[at.network + 2] & kBottomOfStack)) return below + kLabelTtl;
  const int version = packet_.bytes[below] >> 4;
  return version == 4 ? below + kIpv4Ttl : version == 6 ? below + kIpv6HopLimit : 0;
}

void PacketEditor::copy_ttl_out() {
  const size_t from = ttl_below_label();
  if (from == 0) return;
  writable()[headers().network + kLabelTtl] = packet_.bytes[from];
  shape_changed();
}

void PacketEditor::copy_ttl_in() {
  const size_t to = ttl_below_label();
  if (to == 0) return;
  uint8_t* bytes = writable();
  const size_t below = headers().network + kLabelSize;
  const uint16_t before = read_u16(bytes + to);
  bytes[to] = bytes[headers().network + kLabelTtl];
  if (to != below + kIpv4Ttl) return;
  uint8_t* checksum = bytes + below + kIpv4Checksum;
  const uint16_t sum = adjusted_sum(static_cast<uint16_t>(~read_u16(checksum)), before, read_u16(bytes + to));
  write_u16(checksum, static_cast<uint16_t>(~sum));
}

void PacketEditor::push_pbb(uint32_t service) {
  if (packet_.bytes.size() < kEthernetHeaderSize) return;
  write_tag_in_line();
  uint8_t* frame = insert(0, kServiceHeaderSize);
  memcpy(frame, frame + kServiceHeaderSize, kMacsSize);
  write_u16(frame + kMacsSize, FLOW_ETH_TYPE_PBB);
  write_u32(frame + kEthernetHeaderSize, service);
  shape_changed();
}

void PacketEditor::pop_pbb() {
  const Headers at = headers();
  if (at.eth_type != FLOW_ETH_TYPE_PBB || at.network == 0) return;
  uint8_t* frame = writable();
  memcpy(frame, frame + at.network + 4, kMacsSize);  // the customer's addresses, behind the I-TAG
  remove(at.network - 2, kServiceHeaderSize);
  if (!packet_.vlan.present()) take_tag_out_of_line();
  shape_changed();
}

void PacketEditor::change(size_t offset, uint16_t value, uint16_t mask, Covered covered) {
  const uint16_t before = read_u16(&packet_.bytes[offset]);
  const auto after = static_cast<uint16_t>((before & ~mask) | (value & mask));
  if (before == after) return;
  if (covered == Covered::kTransport && headers().ip_proto == kSctp) return change_sctp(offset, after);
  write_u16(writable() + offset, after);
  if (covered == Covered::kNetwork || covered == Covered::kBoth) fix_network_checksum(before, after);
  if (covered != Covered::kNot && covered != Covered::kNetwork)
    fix_transport_checksum(before, after, covered);
}

void PacketEditor::fix_network_checksum(uint16_t before, uint16_t after) {
  uint8_t* checksum = own_ + headers().network + 10;
  const uint16_t sum = adjusted_sum(static_cast<uint16_t>(~read_u16(checksum)), before, after);
  write_u16(checksum, static_cast<uint16_t>(~sum));
}

uint8_t* PacketEditor::transport_checksum() {
  const Headers& at = headers();
  if (at.transport == 0) return nullptr;
  const size_t offset = at.ip_proto == kTcp ? 16 : at.ip_proto == kUdp ? 6 : 2;
  if (at.ip_proto == kSctp || at.transport + offset + 2 > packet_.bytes.size()) return nullptr;
  return own_ + at.transport + offset;
}

void PacketEditor::fix_transport_checksum(uint16_t before, uint16_t after, Covered covered) {
  uint8_t* checksum = transport_checksum();
  if (!checksum) return;
  const bool addresses = covered != Covered::kTransport;
  if (addresses && headers().ip_proto == kIcmp) return;  // has no pseudo-header
  const uint16_t field = read_u16(checksum);
  if (is_unfinished()) {
    if (addresses) write_u16(checksum, adjusted_sum(field, before, after));
    return;
  }
  const bool udp = headers().ip_proto == kUdp;
  if (udp && field == 0) return;  // there is none (RFC 768)
  const auto fixed = static_cast<uint16_t>(~adjusted_sum(static_cast<uint16_t>(~field), before, after));
  write_u16(checksum, udp && fixed == 0 ? 0xffff : fixed);
}

// SCTP's checksum is no sum, but it is linear: what it was wrong by, it stays wrong by. That of a fragment
// cannot be known.
void PacketEditor::change_sctp(size_t offset, uint16_t value) {
  const Headers& at = headers();
  uint8_t* bytes = writable();
  const std::span<const uint8_t> message(bytes + at.transport, at.end - at.transport);
  const bool whole = at.fragment == FLOW_FRAG_NONE && !is_unfinished();
  const uint32_t before = whole ? sctp_checksum(message) : 0;
  write_u16(bytes + offset, value);
  if (!whole) return;
  uint8_t* checksum = bytes + at.transport + 8;
  write_u32(checksum, read_u32(checksum) ^ before ^ sctp_checksum(message));
}

void PacketEditor::raise_drop_precedence(uint8_t steps) {
  const Headers& at = headers();
  if (at.network == 0 || steps == 0) return;
  const bool ipv6 = at.eth_type == FLOW_ETH_TYPE_IPV6;
  if (!ipv6 && at.eth_type != FLOW_ETH_TYPE_IPV4) return;
  const unsigned shift = ipv6 ? 6 : 2;  // of the DSCP in the first 16 bits
  const unsigned dscp = read_u16(&packet_.bytes[at.network]) >> shift & 0x3f;
  const unsigned group = dscp >> 3, precedence = dscp >> 1 & 3;
  if (dscp & 1 || group < 1 || group > 4 || precedence == 0) return;
  const unsigned raised = group << 3 | std::min(3u, precedence + steps) << 1;
  change(at.network, static_cast<uint16_t>(raised << shift), static_cast<uint16_t>(0x3f << shift),
         ipv6 ? Covered::kNot : Covered::kNetwork);
}

// When memory is crowded, flushing makes what was lent our own again.
uint8_t* PacketEditor::writable(size_t room_in_front) {
  if (own_ && room_in_front <= room_in_front_) {
    if (lent_ && memory_->is_crowded()) {
      memory_->flush();
      lent_ = false;
    }
    if (!lent_) return own_;
  }
  const size_t room = kHeadroom + room_in_front;
  const std::span<uint8_t> place = memory_->take(room + packet_.bytes.size());
  own_ = place.data() + room;
  room_in_front_ = room;
  lent_ = false;
  memcpy(own_, packet_.bytes.data(), packet_.bytes.size());
  packet_.bytes = place.subspan(room);
  return own_;
}

uint8_t* PacketEditor::insert(size_t offset, size_t size) {
  writable(size);
  memmove(own_ - size, own_, offset);
  own_ -= size;
  room_in_front_ -= size;
  packet_.bytes = {own_, packet_.bytes.size() + size};
  shift_offload(packet_.offload, offset, static_cast<int>(size));
  return own_ + offset;
}

void PacketEditor::remove(size_t offset, size_t size) {
  writable();
  memmove(own_ + size, own_, offset);
  own_ += size;
  room_in_front_ += size;
  packet_.bytes = {own_, packet_.bytes.size() - size};
  shift_offload(packet_.offload, offset + size, -static_cast<int>(size));
}

void PacketEditor::shape_changed() {
  headers_known_ = false;
  packet_.wire = wire_size(packet_);
}

}  // namespace flowbed::sw
