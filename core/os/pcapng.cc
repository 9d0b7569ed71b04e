#include "core/os/pcapng.hh"

namespace flowbed {
namespace {

constexpr uint32_t kSectionHeaderBlock = 0x0A0D0D0A;
constexpr uint32_t kInterfaceBlock = 1;
constexpr uint32_t kEnhancedPacketBlock = 6;
constexpr uint32_t kByteOrderMagic = 0x1A2B3C4D;
constexpr uint16_t kLinkTypeEthernet = 1;
constexpr uint16_t kOptionIfName = 2, kOptionIfTsresol = 9, kOptionEpbFlags = 2;
constexpr uint8_t kNanoseconds = 9;

struct OptionHeader {
  uint16_t code, size;
};

uint32_t padded(size_t size) { return static_cast<uint32_t>((size + 3) & ~size_t{3}); }

}  // namespace

PcapngWriter::PcapngWriter(std::FILE* file, const std::string& interface) : file_(file, std::fclose) {
  constexpr uint32_t kSectionSize = 28;
  const uint16_t version[] = {1, 0};
  const uint64_t unknown_length = UINT64_MAX;
  put_u32(kSectionHeaderBlock);
  put_u32(kSectionSize);
  put_u32(kByteOrderMagic);
  put(version, sizeof version);
  put(&unknown_length, sizeof unknown_length);
  put_u32(kSectionSize);

  const uint32_t size = 20 + 4 + padded(interface.size()) + 8 + 4;
  const uint16_t link_type[] = {kLinkTypeEthernet, 0};
  put_u32(kInterfaceBlock);
  put_u32(size);
  put(link_type, sizeof link_type);
  put_u32(0);  // no limit on packet size
  const OptionHeader name{kOptionIfName, static_cast<uint16_t>(interface.size())};
  put(&name, sizeof name);
  put_padded(interface.data(), interface.size());
  const OptionHeader resolution{kOptionIfTsresol, 1};
  put(&resolution, sizeof resolution);
  put_padded(&kNanoseconds, 1);
  put_u32(0);  // end of options
  put_u32(size);
}

void PcapngWriter::write(uint64_t nanoseconds_since_1970, std::span<const uint8_t> packet,
                         uint32_t original_size, Direction direction) {
  const uint32_t size = 32 + padded(packet.size()) + 8 + 4;
  put_u32(kEnhancedPacketBlock);
  put_u32(size);
  put_u32(0);  // the one interface
  put_u32(static_cast<uint32_t>(nanoseconds_since_1970 >> 32));
  put_u32(static_cast<uint32_t>(nanoseconds_since_1970));
  put_u32(static_cast<uint32_t>(packet.size()));
  put_u32(original_size);
  put_padded(packet.data(), packet.size());
  const OptionHeader flags{kOptionEpbFlags, 4};
  put(&flags, sizeof flags);
  put_u32(static_cast<uint32_t>(direction));
  put_u32(0);  // end of options
  put_u32(size);
}

void PcapngWriter::put_padded(const void* data, size_t size) {
  constexpr uint8_t kZeros[3] = {};
  put(data, size);
  put(kZeros, padded(size) - size);
}

}  // namespace flowbed
