// DatagramWriter: numbers in network byte order, one after the other.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace flowbed::sw {

using Datagram = std::vector<uint8_t>;

// Fits into an MTU of 1500 behind IPv6 and UDP, with room for a tunnel.
inline constexpr size_t kMaxDatagram = 1400;

class DatagramWriter {
 public:
  void u8(uint64_t value) { bytes_.push_back(static_cast<uint8_t>(value)); }
  void u16(uint64_t value) { number(value, 2); }
  void u32(uint64_t value) { number(value, 4); }
  void u64(uint64_t value) { number(value, 8); }
  void raw(std::span<const uint8_t> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  void pad_to(size_t multiple) { bytes_.resize((bytes_.size() + multiple - 1) / multiple * multiple); }

  // Fills in later what was not known yet at `offset`.
  void patch_u16(size_t offset, uint64_t value) { patch(offset, value, 2); }
  void patch_u32(size_t offset, uint64_t value) { patch(offset, value, 4); }

  size_t size() const { return bytes_.size(); }
  const Datagram& bytes() const { return bytes_; }
  Datagram take() { return std::move(bytes_); }

 private:
  void number(uint64_t value, size_t size) {
    bytes_.resize(bytes_.size() + size);
    patch(bytes_.size() - size, value, size);
  }
  void patch(size_t offset, uint64_t value, size_t size) {
    for (size_t i = size; i-- > 0; value >>= 8) bytes_[offset + i] = static_cast<uint8_t>(value);
  }

  Datagram bytes_;
};

}  // namespace flowbed::sw
