#include "switchd/packet_io/tx_batch.hh"

#include <cstring>

namespace flowbed::sw {
namespace {

void write_u16(uint8_t* at, uint16_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}

// All offsets in the header move by the tag that now stands before them.
void shift_offload(OffloadHeader& offload) {
  if (offload.flags & OffloadHeader::kNeedsChecksum) offload.csum_start += kVlanTagSize;
  if (offload.hdr_len) offload.hdr_len += kVlanTagSize;
}

iovec part(const void* data, size_t size) { return {.iov_base = const_cast<void*>(data), .iov_len = size}; }

}  // namespace

TxBatch::TxBatch() {
  for (size_t i = 0; i < kMaxMessages; i++) {
    Slot& slot = slots_[i];
    slot.address.sll_family = AF_PACKET;
    slot.parts[0] = part(&slot.offload, sizeof slot.offload);
    messages_[i].msg_hdr.msg_name = &slot.address;
    messages_[i].msg_hdr.msg_namelen = sizeof slot.address;
    messages_[i].msg_hdr.msg_iov = slot.parts;
  }
}

void TxBatch::add(int fd, IfIndex to, const Packet& packet, Counters& tx, std::span<const uint8_t> rest) {
  if (count_ == kMaxMessages) flush(fd);
  Slot& slot = slots_[count_];
  slot.address.sll_ifindex = static_cast<int>(to_number(to));
  slot.tx = &tx;
  slot.wire = packet.wire;
  point_at(slot, messages_[count_].msg_hdr, packet, rest);
  count_++;
}

void TxBatch::point_at(Slot& slot, msghdr& message, const Packet& packet, std::span<const uint8_t> rest) {
  slot.offload = packet.offload;
  message.msg_iovlen = 1;
  const auto append = [&](std::span<const uint8_t> bytes) {
    slot.parts[message.msg_iovlen++] = part(bytes.data(), bytes.size());
  };
  if (packet.vlan.present()) {
    append(tag(slot, packet));
    append(packet.bytes.subspan(kMacsSize));
  } else {
    append(packet.bytes);
  }
  if (!rest.empty()) append(rest);
}

// The MAC addresses and the tag.
std::span<const uint8_t> TxBatch::tag(Slot& slot, const Packet& packet) {
  shift_offload(slot.offload);
  memcpy(slot.tagged_head, packet.bytes.data(), kMacsSize);
  write_u16(slot.tagged_head + kMacsSize, packet.vlan.tpid);
  write_u16(slot.tagged_head + kMacsSize + 2, packet.vlan.tci);
  return slot.tagged_head;
}

void TxBatch::flush(int fd) {
  size_t sent = 0;
  while (sent < count_) {
    const int n = sendmmsg(fd, &messages_[sent], static_cast<unsigned>(count_ - sent), MSG_DONTWAIT);
    if (n > 0) {
      settle(sent, sent + static_cast<size_t>(n));
      sent += static_cast<size_t>(n);
    } else {
      slots_[sent].tx->dropped += slots_[sent].wire.packets;
      sent++;
    }
  }
  count_ = 0;
}

void TxBatch::settle(size_t from, size_t to) {
  for (size_t i = from; i < to; i++) {
    slots_[i].tx->packets += slots_[i].wire.packets;
    slots_[i].tx->bytes += slots_[i].wire.bytes;
  }
}

}  // namespace flowbed::sw
