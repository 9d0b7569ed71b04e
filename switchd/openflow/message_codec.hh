// The parts of the codec, by subject. Each `read_…` takes the body of a message and leaves what it does not
// understand, which decode refuses; each `write` makes whole messages.
#pragma once

#include "switchd/openflow/action_codec.hh"
#include "switchd/openflow/match_codec.hh"
#include "switchd/openflow/message_writer.hh"

namespace flowbed::sw::ofp {

// A message that came.
struct Incoming {
  WireReader body;
  OfVersion version;
  uint32_t xid;
  Dialect dialect = {};

  bool is(OfVersion other) const { return version == other; }
  WireReader rest() { return body.part(body.left()); }
  Bytes rest_bytes();
};

// Of a message of this type, the body.
Request read_body(MessageType type, Incoming& in);

// hello.cc
Hello read_hello(uint8_t version, WireReader elements);
ErrorMessage read_error(WireReader body);
Bytes write(const Hello& message, Frame frame);
Bytes write(const ErrorMessage& message, Frame frame);

// session.cc
SetConfig read_set_config(Incoming& in);
RoleRequest read_role_request(Incoming& in);
Bytes write(const EchoRequest& message, Frame frame);
Bytes write(const EchoReply& message, Frame frame);
Bytes write(const FeaturesRequest& message, Frame frame);
Bytes write(const FeaturesReply& message, Frame frame);
Bytes write(const GetConfigRequest& message, Frame frame);
Bytes write(const SetConfig& message, Frame frame);
Bytes write(const ConfigReply& message, Frame frame);
Bytes write(const BarrierRequest& message, Frame frame);
Bytes write(const BarrierReply& message, Frame frame);
Bytes write(const RoleRequest& message, Frame frame);
Bytes write(const RoleReply& message, Frame frame);
Bytes write(const RoleStatus& message, Frame frame);
Bytes write(const DescRequest& message, Frame frame);
Bytes write(const DescReply& message, Frame frame);

// async.cc
SetAsync read_set_async(Incoming& in);
AsyncConfig read_async_masks(WireReader& body);  // six masks, as in 1.3 and Nicira's message
Bytes write(const GetAsync& message, Frame frame);
Bytes write(const SetAsync& message, Frame frame);
Bytes write(const AsyncReply& message, Frame frame);

// flow_mod.cc
FlowMod read_flow_mod(Incoming& in);
PacketOut read_packet_out(Incoming& in);
// What 1.0's and Nicira's message say by 16 bits each.
void set_command(uint16_t command, Dialect dialect, FlowMod& mod);
uint16_t read_flow_flags_v10(uint16_t flags);
Instructions read_apply(WireReader actions);  // 1.0's list
Bytes write(const FlowMod& message, Frame frame);
Bytes write(const PacketOut& message, Frame frame);

// flow_stats.cc
FlowFilter read_flow_filter(Incoming& in);
Bytes write(const FlowStatsRequest& message, Frame frame);
Bytes write(const AggregateStatsRequest& message, Frame frame);
std::vector<Bytes> write(const FlowStatsReply& message, Frame frame);
Bytes write(const AggregateStatsReply& message, Frame frame);

// packet_in.cc
Bytes write(const PacketIn& message, Frame frame);
Bytes write(const FlowRemoved& message, Frame frame);

// groups.cc
GroupMod read_group_mod(Incoming& in);
MeterMod read_meter_mod(Incoming& in);
Bytes write(const GroupMod& message, Frame frame);
Bytes write(const MeterMod& message, Frame frame);
Bytes write(const RequestForward& message, Frame frame);

// group_stats.cc, meter_stats.cc
Bytes write(const GroupStatsRequest& message, Frame frame);
Bytes write(const GroupDescRequest& message, Frame frame);
Bytes write(const GroupFeaturesRequest& message, Frame frame);
Bytes write(const MeterStatsRequest& message, Frame frame);
Bytes write(const MeterConfigRequest& message, Frame frame);
Bytes write(const MeterFeaturesRequest& message, Frame frame);
std::vector<Bytes> write(const GroupStatsReply& message, Frame frame);
std::vector<Bytes> write(const GroupDescReply& message, Frame frame);
Bytes write(const GroupFeaturesReply& message, Frame frame);
std::vector<Bytes> write(const MeterStatsReply& message, Frame frame);
std::vector<Bytes> write(const MeterConfigReply& message, Frame frame);
Bytes write(const MeterFeaturesReply& message, Frame frame);

// ports.cc
PortMod read_port_mod(Incoming& in);
void write_phy_port(const PhyPort& port, OfVersion version, WireWriter& writer);
Bytes write(const PortMod& message, Frame frame);
Bytes write(const PortStatus& message, Frame frame);
Bytes write(const PortDescRequest& message, Frame frame);
std::vector<Bytes> write(const PortDescReply& message, Frame frame);

// port_stats.cc
PortStatsRequest read_port_stats_request(Incoming& in);
QueueStatsRequest read_queue_stats_request(Incoming& in);
Bytes write(const PortStatsRequest& message, Frame frame);
Bytes write(const QueueStatsRequest& message, Frame frame);
std::vector<Bytes> write(const PortStatsReply& message, Frame frame);
std::vector<Bytes> write(const QueueStatsReply& message, Frame frame);

// queue_config.cc
QueueConfigRequest read_queue_config_request(Incoming& in);
QueueConfigRequest read_queue_desc_request(Incoming& in);
Bytes write(const QueueConfigRequest& message, Frame frame);
std::vector<Bytes> write(const QueueConfigReply& message, Frame frame);

// tables.cc
TableMod read_table_mod(Incoming& in);
Bytes write(const TableMod& message, Frame frame);
Bytes write(const TableStatus& message, Frame frame);
Bytes write(const TableStatsRequest& message, Frame frame);
Bytes write(const TableDescRequest& message, Frame frame);
std::vector<Bytes> write(const TableStatsReply& message, Frame frame);
std::vector<Bytes> write(const TableDescReply& message, Frame frame);

// table_features.cc
TableFeaturesRequest read_table_features(Incoming& in, bool more);
Bytes write(const TableFeaturesRequest& message, Frame frame);
std::vector<Bytes> write(const TableFeaturesReply& message, Frame frame);

// bundles.cc
BundleControl read_bundle_control(Incoming& in);
BundleAdd read_bundle_add(Incoming& in);
Bytes write(const BundleControl& message, Frame frame);
Bytes write(const BundleAdd& message, Frame frame);

// nicira_messages.cc
Request read_experimenter(Incoming& in);
Bytes write(const SetFlowFormat& message, Frame frame);
Bytes write(const UseTableIds& message, Frame frame);
Bytes write(const SetPacketInFormat& message, Frame frame);
Bytes write(const SetControllerId& message, Frame frame);
// nx_match: bare entries, filled up to eight bytes.
struct NiciraMatch {
  Match match;
  Cookie cookie;
};
NiciraMatch read_nicira_match(WireReader& reader, size_t size);
// Returns the size without the padding.
uint16_t write_nicira_match(const Match& match, Cookie cookie, WireWriter& writer);

// multipart.cc
Request read_multipart_request(Incoming& in);

}  // namespace flowbed::sw::ofp
