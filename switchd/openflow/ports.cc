// Ports: how they are, and what is to change of them.
#include <algorithm>

#include "switchd/openflow/message_codec.hh"
#include "switchd/openflow/properties.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr uint16_t kEthernet = 0;  // type of property
constexpr uint32_t kConfigV13 = kPortDown | kPortNoReceive | kPortNoForward | kPortNoPacketIn;
constexpr uint32_t kConfigV10 = kConfigV13 | kPortNoStp | kPortNoReceiveStp | kPortNoFlood;
constexpr uint32_t kStateV13 = kPortLinkDown | kPortBlocked | kPortLive;

// 1.0 has no speeds above 10 Gbit/s, and so its bits for what is no speed stand lower.
constexpr uint32_t kSpeedsV10 = 0x7f, kOthersV10 = 0x1f;
constexpr unsigned kOthersAtV10 = 7, kOthersAt = 11;
uint32_t features_v10(uint32_t features) {
  return (features & kSpeedsV10) | (features >> kOthersAt & kOthersV10) << kOthersAtV10;
}
uint32_t from_features_v10(uint32_t features) {
  return (features & kSpeedsV10) | (features >> kOthersAtV10 & kOthersV10) << kOthersAt;
}

void write_v10(const PhyPort& port, WireWriter& writer) {
  write_port(port.number, OfVersion::k10, writer);
  write_address(port.address, writer);
  writer.text(port.name, 16);
  writer.u32(port.config & kConfigV10);
  writer.u32((port.state & kPortLinkDown) | static_cast<uint32_t>(port.stp_state) << 8);
  for (const uint32_t features : {port.current, port.advertised, port.supported, port.peer})
    writer.u32(features_v10(features));
}

void write_v13_features(const PhyPort& port, WireWriter& writer) {
  for (const uint32_t features : {port.current, port.advertised, port.supported, port.peer})
    writer.u32(features);
  writer.u32(port.current_speed);
  writer.u32(port.max_speed);
}

// The four bytes behind the number are 1.4's length, and padding.
void write_v13_state(const PhyPort& port, WireWriter& writer) {
  writer.u32(to_number(port.number));
  writer.zeros(4);
  write_address(port.address, writer);
  writer.zeros(2);
  writer.text(port.name, 16);
  writer.u32(port.config & kConfigV13);
  writer.u32(port.state & kStateV13);
}

void write_v14(const PhyPort& port, WireWriter& writer) {
  const size_t start = writer.size();
  write_v13_state(port, writer);
  write_property(kEthernet, writer, [&](WireWriter& w) {
    w.zeros(4);
    write_v13_features(port, w);
  });
  close_length(writer, start, start + 4);
}

MacAddress read_address(WireReader& body) {
  MacAddress address;
  std::ranges::copy(body.take(address.bytes.size()), address.bytes.begin());
  return address;
}

void read_port_properties(WireReader& body, PortMod& mod) {
  read_properties(body, OfFaultKind::kBadLength, [&](uint16_t type, WireReader content) {
    if (type != kEthernet) throw OfFault(OfFaultKind::kPortModBadConfig, "the port has no such property");
    mod.advertise = content.u32();
  });
}

void read_advertise(Incoming& in, PortMod& mod) {
  if (in.is(OfVersion::k14)) return read_port_properties(in.body, mod);
  const uint32_t features = in.body.u32();
  mod.advertise = in.is(OfVersion::k10) ? from_features_v10(features) : features;
  in.body.skip(4);
}

void write_advertise(const PortMod& mod, OfVersion version, WireWriter& writer) {
  const auto write_features = [&](WireWriter& w) { w.u32(mod.advertise); };
  if (version == OfVersion::k14) return write_property(kEthernet, writer, write_features);
  writer.u32(version == OfVersion::k10 ? features_v10(mod.advertise) : mod.advertise);
  writer.zeros(4);
}

}  // namespace

void write_phy_port(const PhyPort& port, OfVersion version, WireWriter& writer) {
  if (version == OfVersion::k10) return write_v10(port, writer);
  if (version == OfVersion::k14) return write_v14(port, writer);
  write_v13_state(port, writer);
  write_v13_features(port, writer);
}

PortMod read_port_mod(Incoming& in) {
  const bool v10 = in.is(OfVersion::k10);
  PortMod mod;
  mod.port = read_port(in.body, in.version);
  if (!v10) in.body.skip(4);
  mod.address = read_address(in.body);
  if (!v10) in.body.skip(2);
  mod.config = in.body.u32();
  mod.mask = in.body.u32();
  if (mod.mask & ~(v10 ? kConfigV10 : kConfigV13))
    throw OfFault(OfFaultKind::kPortModBadConfig, "there is no such bit of a port's configuration");
  read_advertise(in, mod);
  return mod;
}

Bytes write(const PortMod& message, Frame frame) {
  const bool v10 = frame.is(OfVersion::k10);
  WireWriter writer = begin(MessageType::kPortMod, frame);
  write_port(message.port, frame.version, writer);
  if (!v10) writer.zeros(4);
  write_address(message.address, writer);
  if (!v10) writer.zeros(2);
  writer.u32(message.config);
  writer.u32(message.mask);
  write_advertise(message, frame.version, writer);
  return finish(std::move(writer));
}

Bytes write(const PortStatus& message, Frame frame) {
  WireWriter writer = begin(MessageType::kPortStatus, frame);
  writer.u8(static_cast<uint8_t>(message.reason));
  writer.zeros(7);
  write_phy_port(message.port, frame.version, writer);
  return finish(std::move(writer));
}

Bytes write(const PortDescRequest&, Frame frame) {
  return finish(begin_multipart(MessageType::kMultipartRequest, Multipart::kPortDesc, frame));
}

std::vector<Bytes> write(const PortDescReply& message, Frame frame) {
  MultipartWriter list(Multipart::kPortDesc, frame);
  for (const PhyPort& port : message.ports)
    list.entry([&](WireWriter& writer) { write_phy_port(port, frame.version, writer); });
  return list.finish();
}

}  // namespace flowbed::sw::ofp
