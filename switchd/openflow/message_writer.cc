#include "switchd/openflow/message_writer.hh"

#include "core/base/error.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr size_t kLengthAt = 2, kMultipartFlagsAt = kHeaderSize + 2;

}  // namespace

WireWriter begin(MessageType type, Frame frame) {
  const auto number = message_number(frame.version, type);
  if (!number) throw Error("this version of OpenFlow has no such message");
  WireWriter writer;
  writer.u8(static_cast<uint8_t>(frame.version));
  writer.u8(*number);
  writer.u16(0);
  writer.u32(frame.xid);
  return writer;
}

WireWriter begin_nicira(NiciraType type, Frame frame) {
  WireWriter writer = begin(MessageType::kExperimenter, frame);
  writer.u32(kNiciraId);
  writer.u32(static_cast<uint32_t>(type));
  return writer;
}

WireWriter begin_onf(OnfType type, Frame frame) {
  WireWriter writer = begin(MessageType::kExperimenter, frame);
  writer.u32(kOnfId);
  writer.u32(static_cast<uint32_t>(type));
  return writer;
}

WireWriter begin_multipart(MessageType which, Multipart type, Frame frame) {
  if (!has_multipart(frame.version, type)) throw Error("this version of OpenFlow has no such message");
  WireWriter writer = begin(which, frame);
  writer.u16(static_cast<uint16_t>(type));
  writer.u16(0);
  if (!frame.is(OfVersion::k10)) writer.zeros(4);
  return writer;
}

WireWriter begin_nicira_stats(MessageType which, NiciraStats type, Frame frame) {
  WireWriter writer = begin_multipart(which, Multipart::kExperimenter, frame);
  writer.u32(kNiciraId);
  writer.u32(static_cast<uint32_t>(type));
  writer.zeros(4);
  return writer;
}

Bytes finish(WireWriter&& message) {
  if (message.size() > kMaxMessage) throw Error("the message is longer than OpenFlow allows");
  close_length(message, 0, kLengthAt);
  return message.release();
}

void close_length(WireWriter& writer, size_t start, size_t at) {
  writer.put_u16(at, static_cast<uint16_t>(writer.size() - start));
}

void write_age(std::chrono::nanoseconds age, WireWriter& writer) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(age);
  writer.u32(static_cast<uint32_t>(seconds.count()));
  writer.u32(static_cast<uint32_t>((age - seconds).count()));
}

void write_address(const MacAddress& address, WireWriter& writer) { writer.bytes(address.bytes); }

MultipartWriter::MultipartWriter(Multipart type, Frame frame)
    : empty_(begin_multipart(MessageType::kMultipartReply, type, frame)), current_(empty_) {}

MultipartWriter::MultipartWriter(NiciraStats type, Frame frame)
    : empty_(begin_nicira_stats(MessageType::kMultipartReply, type, frame)), current_(empty_) {}

void MultipartWriter::add(const Bytes& entry) {
  if (empty_.size() + entry.size() > kMaxMessage) return;
  if (current_.size() + entry.size() > kMaxMessage) {
    current_.put_u16(kMultipartFlagsAt, kMultipartMore);
    done_.push_back(ofp::finish(std::move(current_)));
    current_ = empty_;
  }
  current_.bytes(entry);
}

std::vector<Bytes> MultipartWriter::finish() {
  done_.push_back(ofp::finish(std::move(current_)));
  return std::move(done_);
}

}  // namespace flowbed::sw::ofp
