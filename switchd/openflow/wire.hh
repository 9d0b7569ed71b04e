// Reading and writing of bytes in network order. A read beyond the end throws an OfFault of the kind that
// the reader was made with, and never looks outside.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "switchd/slowpath/pipeline/of_fault.hh"

namespace flowbed::sw {

class WireReader {
 public:
  explicit WireReader(std::span<const uint8_t> bytes, OfFaultKind too_short = OfFaultKind::kBadLength)
      : bytes_(bytes), too_short_(too_short) {}

  uint8_t u8() { return static_cast<uint8_t>(number(1)); }
  uint16_t u16() { return static_cast<uint16_t>(number(2)); }
  uint32_t u32() { return static_cast<uint32_t>(number(4)); }
  uint64_t u64() { return number(8); }
  void skip(size_t count) { take(count); }
  std::span<const uint8_t> take(size_t count) {
    if (count > bytes_.size()) throw OfFault(too_short_, "the message ends too early");
    const auto taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }
  std::span<const uint8_t> rest() const { return bytes_; }
  size_t left() const { return bytes_.size(); }
  // The next `count` bytes as a reader of their own.
  WireReader part(size_t count, OfFaultKind too_short) { return WireReader(take(count), too_short); }
  WireReader part(size_t count) { return part(count, too_short_); }

 private:
  uint64_t number(size_t count) {
    uint64_t value = 0;
    for (const uint8_t byte : take(count)) value = value << 8 | byte;
    return value;
  }

  std::span<const uint8_t> bytes_;
  OfFaultKind too_short_;
};

class WireWriter {
 public:
  void u8(uint8_t value) { bytes_.push_back(value); }
  void u16(uint16_t value) { number(value, 2); }
  void u32(uint32_t value) { number(value, 4); }
  void u64(uint64_t value) { number(value, 8); }
  void zeros(size_t count) { bytes_.resize(bytes_.size() + count); }
  void bytes(std::span<const uint8_t> data) { bytes_.insert(bytes_.end(), data.begin(), data.end()); }
  void text(std::string_view text, size_t size) {  // cut or filled with zeros to `size`; ends with a zero
    const size_t count = text.size() < size ? text.size() : size - 1;
    bytes_.insert(bytes_.end(), text.begin(), text.begin() + static_cast<std::ptrdiff_t>(count));
    zeros(size - count);
  }
  void pad_to(size_t multiple, size_t from = 0) {  // the bytes since `from`
    while ((bytes_.size() - from) % multiple != 0) bytes_.push_back(0);
  }
  void put_u16(size_t at, uint16_t value) {
    bytes_[at] = static_cast<uint8_t>(value >> 8);
    bytes_[at + 1] = static_cast<uint8_t>(value);
  }
  void put_u32(size_t at, uint32_t value) {
    put_u16(at, static_cast<uint16_t>(value >> 16));
    put_u16(at + 2, static_cast<uint16_t>(value));
  }
  size_t size() const { return bytes_.size(); }
  const std::vector<uint8_t>& written() const { return bytes_; }
  std::vector<uint8_t> release() { return std::move(bytes_); }

 private:
  void number(uint64_t value, size_t count) {
    for (size_t i = count; i-- > 0;) bytes_.push_back(static_cast<uint8_t>(value >> (8 * i)));
  }

  std::vector<uint8_t> bytes_;
};

}  // namespace flowbed::sw
