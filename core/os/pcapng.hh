// PcapngWriter: packets as pcapng blocks, into a FILE. See draft-ietf-opsawg-pcapng, sections 4.1 to 4.3.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>

namespace flowbed {

class PcapngWriter {
 public:
  // Takes the file over; writes the section and the interface description (Ethernet, nanoseconds).
  PcapngWriter(std::FILE* file, const std::string& interface);

  enum class Direction : uint32_t { inbound = 1, outbound = 2 };
  void write(uint64_t nanoseconds_since_1970, std::span<const uint8_t> packet, uint32_t original_size,
             Direction direction);
  void flush() { std::fflush(file_.get()); }
  bool failed() const { return std::ferror(file_.get()) != 0; }  // the disk is full, for one

 private:
  void put(const void* data, size_t size) { std::fwrite(data, 1, size, file_.get()); }
  void put_u32(uint32_t value) { put(&value, sizeof value); }
  void put_padded(const void* data, size_t size);  // to a multiple of four bytes

  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

}  // namespace flowbed
