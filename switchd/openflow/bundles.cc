// Bundles: messages of 1.4, and of 1.3 as an extension of the ONF (EXT-230), with the same bodies.
#include "core/base/error.hh"
#include "switchd/openflow/message_codec.hh"

namespace flowbed::sw::ofp {
namespace {

WireWriter begin_either(MessageType type, OnfType onf_type, Frame frame) {
  if (frame.is(OfVersion::k10)) throw Error("this version of OpenFlow has no such message");
  return frame.is(OfVersion::k13) ? begin_onf(onf_type, frame) : begin(type, frame);
}

[[noreturn]] void refuse() {
  throw OfFault(OfFaultKind::kBundleUnsupportedMessage, "bundles do not hold such a message");
}

bool may_be_bundled(MessageType type) {
  switch (type) {
    case MessageType::kFlowMod:
    case MessageType::kGroupMod:
    case MessageType::kMeterMod:
    case MessageType::kPortMod:
    case MessageType::kTableMod:
    case MessageType::kPacketOut:
      return true;
    default:
      return false;
  }
}

BundledRequest as_bundled(Request request) {
  return std::visit(
      [](auto& r) -> BundledRequest {
        if constexpr (std::is_constructible_v<BundledRequest, decltype(std::move(r))>)
          return std::move(r);
        else
          refuse();
      },
      request);
}

BundledRequest read_bundled(std::span<const uint8_t> message, const Incoming& in) {
  const Header header = read_header(message);
  if (OfVersion{header.version} != in.version)
    throw OfFault(OfFaultKind::kBadVersion, "another version in a bundle");
  if (header.xid != in.xid)
    throw OfFault(OfFaultKind::kBundleBadMessageXid, "a bundled message has another xid than what adds it");
  const auto type = message_type(in.version, header.type);
  if (!type || !may_be_bundled(*type)) refuse();
  Incoming inner{WireReader(message.subspan(kHeaderSize)), in.version, in.xid, in.dialect};
  return as_bundled(read_body(*type, inner));
}

}  // namespace

// Properties are passed over: there are only experimenters'.
BundleControl read_bundle_control(Incoming& in) {
  BundleControl control;
  control.bundle = in.body.u32();
  const uint16_t command = in.body.u16();
  control.flags = in.body.u16();
  in.rest();
  if (command > static_cast<uint16_t>(BundleCommand::kDiscardReply))
    throw OfFault(OfFaultKind::kBundleBadType, "there is no such command for bundles");
  control.command = BundleCommand{command};
  return control;
}

BundleAdd read_bundle_add(Incoming& in) {
  BundleAdd add;
  add.bundle = in.body.u32();
  in.body.skip(2);
  add.flags = in.body.u16();
  const auto rest = in.body.take(in.body.left());
  const size_t size = rest.size() < kHeaderSize ? 0 : read_header(rest).size;
  if (size < kHeaderSize || size > rest.size())
    throw OfFault(OfFaultKind::kBundleBadMessageLength, "a bundled message is longer than what adds it");
  const auto message = rest.first(size);
  add.request = read_bundled(message, in);
  add.message.assign(message.begin(), message.end());
  return add;
}

Bytes write(const BundleControl& message, Frame frame) {
  WireWriter writer = begin_either(MessageType::kBundleControl, OnfType::kBundleControl, frame);
  writer.u32(message.bundle);
  writer.u16(static_cast<uint16_t>(message.command));
  writer.u16(message.flags);
  return finish(std::move(writer));
}

Bytes write(const BundleAdd& message, Frame frame) {
  WireWriter writer = begin_either(MessageType::kBundleAdd, OnfType::kBundleAdd, frame);
  writer.u32(message.bundle);
  writer.zeros(2);
  writer.u16(message.flags);
  writer.bytes(std::visit([&](const auto& request) { return write(request, frame); }, message.request));
  return finish(std::move(writer));
}

}  // namespace flowbed::sw::ofp
