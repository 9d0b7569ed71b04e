#include "switchd/controller/learning_controller.hh"

#include "switchd/openflow/message_types.hh"
#include "switchd/openflow/wire.hh"

namespace flowbed::sw {
namespace {

constexpr OfVersion kVersion = OfVersion::k10;
constexpr uint8_t kEchoRequestType = 2, kPacketInType = 10;
constexpr size_t kHeaderSize = 8, kMacSize = 6;
constexpr uint16_t kForgottenAfter = 60;  // s

uint64_t read_mac(WireReader& frame) {
  uint64_t mac = 0;
  for (const uint8_t byte : frame.take(kMacSize)) mac = mac << 8 | byte;
  return mac;
}

bool is_multicast(uint64_t mac) { return mac >> 40 & 1; }

void match_exactly(Match& match, const char* field, uint64_t value) {
  const Field& meant = field_named(field);
  match.set(meant, value, meant.all_ones());
}

}  // namespace

LearningController::LearningController() {
  const OfVersion versions[] = {kVersion};
  send(ofp::make_hello(versions));
}

void LearningController::receive(std::span<const uint8_t> bytes) {
  framer_.feed(bytes);
  while (const auto message = framer_.next()) take(*message);
}

void LearningController::take(std::span<const uint8_t> message) {
  const ofp::Header header = ofp::read_header(message);
  const auto body = message.subspan(kHeaderSize);
  if (header.type == kEchoRequestType) return send(ofp::EchoReply{{body.begin(), body.end()}}, header.xid);
  if (header.type == kPacketInType) packet_in(body);
}

void LearningController::packet_in(std::span<const uint8_t> body) {
  WireReader reader(body);
  const uint32_t buffer = reader.u32();
  reader.skip(sizeof(uint16_t));  // the packet's length
  const OfPort in_port{reader.u16()};
  reader.skip(2);  // the reason, and padding
  const std::span<const uint8_t> frame = reader.rest();
  const uint64_t destination = read_mac(reader), source = read_mac(reader);
  if (!is_multicast(source)) ports_[source] = in_port;

  const auto known = ports_.find(destination);
  if (known == ports_.end() || is_multicast(destination)) {
    PacketOut out{.buffer = buffer, .in_port = in_port, .actions = {of::Output{.port = kOfPortFlood}}};
    if (buffer == kNoBuffer) out.frame.assign(frame.begin(), frame.end());
    return send(out);
  }
  FlowMod rule{.idle_timeout = kForgottenAfter, .buffer = buffer};
  match_exactly(rule.match, "in_port", to_number(in_port));
  match_exactly(rule.match, "eth_src", source);
  match_exactly(rule.match, "eth_dst", destination);
  rule.instructions.has_apply = true;
  rule.instructions.apply.push_back(of::Output{.port = known->second});
  send(rule);
  if (buffer != kNoBuffer) return;
  PacketOut out{.in_port = in_port, .actions = {of::Output{.port = known->second}}};
  out.frame.assign(frame.begin(), frame.end());
  send(out);
}

void LearningController::send(const ofp::Request& request, uint32_t xid) {
  const ofp::Bytes message = ofp::encode_request(request, kVersion, xid);
  output_.insert(output_.end(), message.begin(), message.end());
}

}  // namespace flowbed::sw
