#include "switchd/openflow/action_codec.hh"

namespace flowbed::sw {
namespace {

constexpr size_t kHeaderSize = 4, kBandSize = 16;

MeterBand::Type band_type(uint16_t number) {
  const auto type = static_cast<MeterBand::Type>(number);
  if (type != MeterBand::Type::kDrop && type != MeterBand::Type::kDscpRemark)
    throw OfFault(OfFaultKind::kBadBand, "no band of type " + std::to_string(number));
  return type;
}

MeterBand read_band(WireReader& list) {
  const uint16_t type = list.u16();
  const size_t length = list.u16();
  if (length < kBandSize || length % 8 != 0)
    throw OfFault(OfFaultKind::kBadLength, "a band of " + std::to_string(length) + " bytes");
  WireReader body = list.part(length - kHeaderSize);
  MeterBand band{.type = band_type(type)};
  if (length != kBandSize) throw OfFault(OfFaultKind::kBadLength, "a band is too long");
  band.rate = body.u32();
  band.burst = body.u32();
  if (band.type == MeterBand::Type::kDscpRemark) band.precedence = body.u8();
  return band;
}

void write_band(const MeterBand& band, WireWriter& writer) {
  writer.u16(static_cast<uint16_t>(band.type));
  writer.u16(kBandSize);
  writer.u32(band.rate);
  writer.u32(band.burst);
  writer.u8(band.type == MeterBand::Type::kDscpRemark ? band.precedence : uint8_t{0});
  writer.zeros(3);
}

}  // namespace

std::vector<MeterBand> read_bands(WireReader reader) {
  std::vector<MeterBand> bands;
  WireReader list = reader.part(reader.left(), OfFaultKind::kBadLength);
  while (list.left() > 0) bands.push_back(read_band(list));
  return bands;
}

void write_bands(const std::vector<MeterBand>& bands, WireWriter& writer) {
  for (const MeterBand& band : bands) write_band(band, writer);
}

}  // namespace flowbed::sw
