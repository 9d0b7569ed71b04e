// OpenFlow's messages as values, the same for all versions; and their way to bytes and back.
//
// A request comes from a controller, a reply goes to one (asked for, or a notification). Version and xid are
// outside: they belong to the connection and the exchange. What a version cannot say is left out when it is
// written; who must not send something in a version at all (a RoleStatus in 1.3) has to know that, and gets
// an Error for trying.
//
// Nothing here keeps state, and nothing reads beyond the bytes that it is given.
#pragma once

#include "switchd/openflow/flow_messages.hh"
#include "switchd/openflow/group_messages.hh"
#include "switchd/openflow/port_messages.hh"
#include "switchd/openflow/session_messages.hh"
#include "switchd/openflow/table_messages.hh"
#include "switchd/openflow/version.hh"
#include "switchd/slowpath/pipeline/of_fault.hh"

namespace flowbed::sw::ofp {

using Request =
    std::variant<Hello, ErrorMessage, EchoRequest, EchoReply, FeaturesRequest, GetConfigRequest, SetConfig,
                 BarrierRequest, PacketOut, FlowMod, GroupMod, MeterMod, PortMod, TableMod, RoleRequest,
                 GetAsync, SetAsync, BundleControl, BundleAdd, SetFlowFormat, UseTableIds, SetPacketInFormat,
                 SetControllerId, DescRequest, FlowStatsRequest, AggregateStatsRequest, TableStatsRequest,
                 PortStatsRequest, PortDescRequest, QueueStatsRequest, QueueConfigRequest, GroupStatsRequest,
                 GroupDescRequest, GroupFeaturesRequest, MeterStatsRequest, MeterConfigRequest,
                 MeterFeaturesRequest, TableFeaturesRequest, TableDescRequest>;

using Reply =
    std::variant<Hello, ErrorMessage, EchoRequest, EchoReply, FeaturesReply, ConfigReply, BarrierReply,
                 PacketIn, FlowRemoved, PortStatus, RoleReply, RoleStatus, TableStatus, RequestForward,
                 AsyncReply, BundleControlReply, DescReply, FlowStatsReply, AggregateStatsReply,
                 TableStatsReply, PortStatsReply, PortDescReply, QueueStatsReply, QueueConfigReply,
                 GroupStatsReply, GroupDescReply, GroupFeaturesReply, MeterStatsReply, MeterConfigReply,
                 MeterFeaturesReply, TableFeaturesReply, TableDescReply>;

using Bytes = std::vector<uint8_t>;

inline constexpr size_t kHeaderSize = 8, kMaxMessage = 65535;
struct Header {
  uint8_t version, type;
  uint16_t size;  // of the whole message
  uint32_t xid;
};
Header read_header(std::span<const uint8_t> message);  // of at least kHeaderSize bytes

struct Decoded {
  OfVersion version;  // of hello and error, which every version can read: perhaps none that is spoken
  uint32_t xid;
  Request request;
};

// What the connection has agreed on besides the version.
struct Dialect {
  bool table_ids = false;  // UseTableIds
};

// One whole message. Throws OfFault: what the switch has to answer with error_reply.
Decoded decode(std::span<const uint8_t> message, Dialect dialect = {});

// One message; of multipart replies as many as it takes. Throws Error if the version has no such message.
std::vector<Bytes> encode(const Reply& reply, OfVersion version, uint32_t xid);
Bytes encode_request(const Request& request, OfVersion version, uint32_t xid, Dialect dialect = {});

// The error message for what was wrong with `message`, the bytes of the request.
ErrorMessage error_reply(OfFaultKind fault, OfVersion version, std::span<const uint8_t> message);

// What hello says: these versions, ascending.
Hello make_hello(std::span<const OfVersion> versions);
// The version that both speak, the highest; none: the connection has to end with a kHelloIncompatible.
std::optional<OfVersion> negotiate(const Hello& ours, const Hello& theirs);

}  // namespace flowbed::sw::ofp
