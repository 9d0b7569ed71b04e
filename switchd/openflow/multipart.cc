// Questions that are answered by lists.
#include "switchd/openflow/message_codec.hh"

namespace flowbed::sw::ofp {
namespace {

uint32_t read_id(Incoming& in) {
  const uint32_t id = in.body.u32();
  in.body.skip(4);
  return id;
}

FlowFilter read_nicira_filter(WireReader& body) {
  FlowFilter filter;
  filter.out_port = read_port(body, OfVersion::k10);
  const uint16_t size = body.u16();
  filter.table = body.u8();
  body.skip(3);
  const NiciraMatch match = read_nicira_match(body, size);
  filter.match = match.match;
  filter.cookie = match.cookie.value;
  filter.cookie_mask = match.cookie.mask;
  return filter;
}

Request read_experimenter_stats(Incoming& in) {
  if (in.body.u32() != kNiciraId)
    throw OfFault(OfFaultKind::kBadExperimenter, "this experimenter is not known");
  const NiciraStats type{in.body.u32()};
  if (!in.is(OfVersion::k10)) throw OfFault(OfFaultKind::kBadExperimenterType, "OpenFlow asks itself by now");
  in.body.skip(4);
  if (type == NiciraStats::kFlow) return FlowStatsRequest{read_nicira_filter(in.body), true};
  if (type == NiciraStats::kAggregate) return AggregateStatsRequest{read_nicira_filter(in.body), true};
  throw OfFault(OfFaultKind::kBadExperimenterType, "this question of the experimenter is not known");
}

Request read_request(Multipart type, bool more, Incoming& in) {
  switch (type) {
    case Multipart::kDesc:
      return DescRequest{};
    case Multipart::kFlow:
      return FlowStatsRequest{read_flow_filter(in)};
    case Multipart::kAggregate:
      return AggregateStatsRequest{read_flow_filter(in)};
    case Multipart::kTable:
      return TableStatsRequest{};
    case Multipart::kPort:
      return read_port_stats_request(in);
    case Multipart::kQueue:
      return read_queue_stats_request(in);
    case Multipart::kGroup:
      return GroupStatsRequest{read_id(in)};
    case Multipart::kGroupDesc:
      return GroupDescRequest{};
    case Multipart::kGroupFeatures:
      return GroupFeaturesRequest{};
    case Multipart::kMeter:
      return MeterStatsRequest{read_id(in)};
    case Multipart::kMeterConfig:
      return MeterConfigRequest{read_id(in)};
    case Multipart::kMeterFeatures:
      return MeterFeaturesRequest{};
    case Multipart::kTableFeatures:
      return read_table_features(in, more);
    case Multipart::kPortDesc:
      return PortDescRequest{};
    case Multipart::kTableDesc:
      return TableDescRequest{};
    case Multipart::kQueueDesc:
      return read_queue_desc_request(in);
    case Multipart::kExperimenter:
      return read_experimenter_stats(in);
  }
  throw OfFault(OfFaultKind::kBadMultipart, "this version has no such question");
}

}  // namespace

// Only table features may come in several messages: nothing else is longer than one.
Request read_multipart_request(Incoming& in) {
  const Multipart type{in.body.u16()};
  const bool more = in.body.u16() & kMultipartMore;
  if (!in.is(OfVersion::k10)) in.body.skip(4);
  if (!has_multipart(in.version, type))
    throw OfFault(OfFaultKind::kBadMultipart, "this version has no such question");
  if (more && type != Multipart::kTableFeatures)
    throw OfFault(OfFaultKind::kMultipartBufferOverflow, "this question is not asked in several messages");
  return read_request(type, more, in);
}

}  // namespace flowbed::sw::ofp
