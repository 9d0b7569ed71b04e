// How a conversation begins, and how it fails.
#include <algorithm>
#include <bit>

#include "switchd/openflow/fault_codec.hh"
#include "switchd/openflow/message_codec.hh"
#include "switchd/openflow/properties.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr uint16_t kVersionBitmap = 1;
constexpr uint16_t kExperimenterError = 0xffff, kBundleFailed = 17, kOnfBundleFailed = 2300;
// Of the request that an error repeats. The least is 64, but analysers take it for a whole message: what one
// writes by hand comes back whole.
constexpr size_t kErrorData = 2048;

bool speaks(const Hello& hello, unsigned version) {
  if (version > 31) return false;
  return hello.bitmap ? *hello.bitmap >> version & 1 : version == hello.version;
}

// The ONF's bundles for 1.3 have 1.4's errors as an experimenter's.
ErrorCode error_code_for(OfFaultKind fault, OfVersion version) {
  const ErrorCode newest = error_code(fault, OfVersion::k14);
  if (version != OfVersion::k13 || newest.type != kBundleFailed) return error_code(fault, version);
  return {kExperimenterError, static_cast<uint16_t>(kOnfBundleFailed + newest.code)};
}

}  // namespace

// A hello that is malformed behind its header is still one: peers may add what nobody knows yet.
Hello read_hello(uint8_t version, WireReader elements) {
  Hello hello{.version = version};
  try {
    read_properties(elements, OfFaultKind::kBadLength, [&](uint16_t type, WireReader content) {
      if (type == kVersionBitmap && content.left() >= 4) hello.bitmap = content.u32();
    });
  } catch (const OfFault&) {
  }
  return hello;
}

Bytes write(const Hello& message, Frame frame) {
  WireWriter writer = begin(MessageType::kHello, {OfVersion::k10, frame.xid});
  if (message.bitmap) write_property(kVersionBitmap, writer, [&](WireWriter& w) { w.u32(*message.bitmap); });
  Bytes bytes = finish(std::move(writer));
  bytes[0] = message.version;
  return bytes;
}

Hello make_hello(std::span<const OfVersion> versions) {
  uint32_t bitmap = 0;
  for (const OfVersion version : versions) bitmap |= 1u << static_cast<unsigned>(version);
  Hello hello{.version = static_cast<uint8_t>(std::bit_width(bitmap) - 1)};
  if (hello.version > static_cast<uint8_t>(OfVersion::k10)) hello.bitmap = bitmap;
  return hello;
}

// OpenFlow 1.3.5, 6.3.1: the highest common bit where both have bitmaps, else the lower of the two headers'.
std::optional<OfVersion> negotiate(const Hello& ours, const Hello& theirs) {
  unsigned version = std::min(ours.version, theirs.version);
  if (ours.bitmap && theirs.bitmap)
    version = static_cast<unsigned>(std::bit_width(*ours.bitmap & *theirs.bitmap)) - 1;
  if (!speaks(ours, version)) return std::nullopt;
  return OfVersion{static_cast<uint8_t>(version)};
}

ErrorMessage read_error(WireReader body) {
  ErrorMessage error{.type = body.u16(), .code = body.u16()};
  const auto data = body.take(body.left());
  error.data.assign(data.begin(), data.end());
  return error;
}

Bytes write(const ErrorMessage& message, Frame frame) {
  WireWriter writer = begin(MessageType::kError, frame);
  writer.u16(message.type);
  writer.u16(message.code);
  writer.bytes(message.data);
  return finish(std::move(writer));
}

ErrorMessage error_reply(OfFaultKind fault, OfVersion version, std::span<const uint8_t> message) {
  const ErrorCode code = error_code_for(fault, version);
  WireWriter data;
  if (code.type == kExperimenterError) data.u32(kOnfId);
  data.bytes(message.first(std::min(message.size(), kErrorData)));
  return {.type = code.type, .code = code.code, .data = data.release()};
}

}  // namespace flowbed::sw::ofp
