#include <algorithm>

#include "switchd/openflow/message_codec.hh"

namespace flowbed::sw::ofp {
namespace {

template <auto Read>
Request as_request(Incoming& in) {
  return Read(in);
}
template <class Message>
Request empty(Incoming&) {
  return Message{};
}
template <class Message>
Request with_data(Incoming& in) {
  return Message{.data = in.rest_bytes()};
}

struct Row {
  MessageType type;
  Request (*read)(Incoming&);
};
constexpr Row kRequests[] = {
    {MessageType::kEchoRequest, with_data<EchoRequest>},
    {MessageType::kEchoReply, with_data<EchoReply>},
    {MessageType::kExperimenter, read_experimenter},
    {MessageType::kFeaturesRequest, empty<FeaturesRequest>},
    {MessageType::kGetConfigRequest, empty<GetConfigRequest>},
    {MessageType::kSetConfig, as_request<read_set_config>},
    {MessageType::kPacketOut, as_request<read_packet_out>},
    {MessageType::kFlowMod, as_request<read_flow_mod>},
    {MessageType::kGroupMod, as_request<read_group_mod>},
    {MessageType::kPortMod, as_request<read_port_mod>},
    {MessageType::kTableMod, as_request<read_table_mod>},
    {MessageType::kMultipartRequest, read_multipart_request},
    {MessageType::kBarrierRequest, empty<BarrierRequest>},
    {MessageType::kQueueConfigRequest, as_request<read_queue_config_request>},
    {MessageType::kRoleRequest, as_request<read_role_request>},
    {MessageType::kGetAsyncRequest, empty<GetAsync>},
    {MessageType::kSetAsync, as_request<read_set_async>},
    {MessageType::kMeterMod, as_request<read_meter_mod>},
    {MessageType::kBundleControl, as_request<read_bundle_control>},
    {MessageType::kBundleAdd, as_request<read_bundle_add>},
};

bool is_spoken(OfVersion version) {
  return version == OfVersion::k10 || version == OfVersion::k13 || version == OfVersion::k14;
}

// Those that have the same number and form in all versions, also in ones that are not spoken.
std::optional<Request> read_of_any_version(const Header& header, WireReader body) {
  if (header.type == 0) return read_hello(header.version, body);
  if (header.type == 1) return read_error(body);
  return std::nullopt;
}

}  // namespace

Bytes Incoming::rest_bytes() {
  const auto left = body.take(body.left());
  return {left.begin(), left.end()};
}

Header read_header(std::span<const uint8_t> message) {
  WireReader reader(message);
  Header header{};
  header.version = reader.u8();
  header.type = reader.u8();
  header.size = reader.u16();
  header.xid = reader.u32();
  return header;
}

Request read_body(MessageType type, Incoming& in) {
  const auto* row = std::ranges::find(kRequests, type, &Row::type);
  if (row == std::end(kRequests)) throw OfFault(OfFaultKind::kBadType, "a switch takes no such message");
  Request request = row->read(in);
  if (in.body.left() > 0) throw OfFault(OfFaultKind::kBadLength, "the message is too long");
  return request;
}

Decoded decode(std::span<const uint8_t> message, Dialect dialect) {
  const Header header = read_header(message);
  if (header.size != message.size())
    throw OfFault(OfFaultKind::kBadLength, "the message's length is not the one that it tells");
  const OfVersion version{header.version};
  const WireReader body(message.subspan(kHeaderSize));
  if (auto request = read_of_any_version(header, body)) return {version, header.xid, std::move(*request)};
  if (!is_spoken(version)) throw OfFault(OfFaultKind::kBadVersion, "this version is not spoken");
  const auto type = message_type(version, header.type);
  if (!type) throw OfFault(OfFaultKind::kBadType, "this version has no such message");
  Incoming in{body, version, header.xid, dialect};
  return {version, header.xid, read_body(*type, in)};
}

}  // namespace flowbed::sw::ofp
