// Packets for tests, made field by field.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/address.hh"
#include "switchd/packet/packet.hh"

namespace flowbed::sw {

class Bytes {
 public:
  Bytes& u8(unsigned value) { return data_.push_back(static_cast<uint8_t>(value)), *this; }
  Bytes& u16(unsigned value) { return u8(value >> 8).u8(value & 0xff); }
  Bytes& u32(uint32_t value) { return u16(value >> 16).u16(value & 0xffff); }
  Bytes& mac(std::string_view text) { return add(MacAddress::parse(text)->bytes); }
  Bytes& ip(std::string_view text) {
    const auto address = IpAddress::parse(text);
    data_.insert(data_.end(), address->bytes.begin(),
                 address->bytes.begin() + static_cast<long>(address->size()));
    return *this;
  }
  Bytes& zeros(size_t count) { return data_.resize(data_.size() + count), *this; }
  template <class Range>
  Bytes& add(const Range& range) {
    return data_.insert(data_.end(), range.begin(), range.end()), *this;
  }
  const std::vector<uint8_t>& get() const { return data_; }

 private:
  std::vector<uint8_t> data_;
};

inline constexpr std::string_view kMac1 = "00:00:00:00:00:01", kMac2 = "00:00:00:00:00:02",
                                  kBroadcast = "ff:ff:ff:ff:ff:ff";

inline Bytes ethernet(std::string_view dst, std::string_view src, unsigned type) {
  return Bytes().mac(dst).mac(src).u16(type);
}

inline Bytes ipv4(Bytes before, std::string_view src, std::string_view dst, unsigned proto,
                  unsigned fragment = 0, unsigned header_words = 5) {
  before.u8(0x40 | header_words).u8(0x2e).u16(0).u16(0).u16(fragment).u8(64).u8(proto).u16(0).ip(src).ip(dst);
  return before.zeros((header_words - 5) * size_t{4});
}

inline Bytes ipv6(Bytes before, std::string_view src, std::string_view dst, unsigned next) {
  return before.u32(0x62e12345).u16(0).u8(next).u8(63).ip(src).ip(dst);
}

inline Bytes tcp(Bytes before, unsigned src, unsigned dst, unsigned flags) {
  return before.u16(src).u16(dst).u32(1).u32(2).u16(0x5000 | flags).u16(100).u16(0).u16(0);
}

inline Bytes udp(Bytes before, unsigned src, unsigned dst) { return before.u16(src).u16(dst).u16(8).u16(0); }

inline Packet packet_of(const Bytes& bytes, VlanTag vlan = {}) {
  Packet packet{.bytes = bytes.get(), .vlan = vlan, .offload = {}, .wire = {}};
  packet.wire = wire_size(packet);
  return packet;
}

inline VlanTag vlan_tag(unsigned vid, unsigned priority = 0) {
  return {kEtherTypeVlan, static_cast<uint16_t>(priority << 13 | vid)};
}

}  // namespace flowbed::sw
