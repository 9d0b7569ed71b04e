// RequestRun: what becomes of one request of a controller. A part of Connection, made for each request.
//
// Replies go to the connection while it runs; what is wrong is thrown as an OfFault, and then nothing has
// changed (but for a FlowMod that names a packet which is not there: the rule has come all the same).
#pragma once

#include "switchd/openflow/agent/agent.hh"

namespace flowbed::sw::ofp {

class RequestRun {
 public:
  RequestRun(Connection& connection, Bridge& bridge, std::span<const uint8_t> message, TimePoint now)
      : agent_(connection.agent_),
        connection_(connection),
        session_(connection.session_),
        bridge_(bridge),
        slow_path_(agent_.slow_path_),
        message_(message),
        xid_(read_header(message).xid),
        now_(now) {}

  void run(const Request& request) { std::visit(*this, request); }

  // A hello or an error that comes later, and an answer to an echo request: there is nothing to say to them.
  void operator()(const Hello&) {}
  void operator()(const ErrorMessage&) {}
  void operator()(const EchoReply&) {}

  // session_requests.cc
  void operator()(const EchoRequest& request);
  void operator()(const FeaturesRequest& request);
  void operator()(const GetConfigRequest& request);
  void operator()(const SetConfig& config);
  void operator()(const BarrierRequest& request);
  void operator()(const RoleRequest& request);
  void operator()(const GetAsync& request);
  void operator()(const SetAsync& request);
  void operator()(const SetFlowFormat& request);
  void operator()(const UseTableIds& request);
  void operator()(const SetPacketInFormat& request);
  void operator()(const SetControllerId& request);

  // change_requests.cc
  void operator()(const PacketOut& packet_out);
  void operator()(const FlowMod& mod);
  void operator()(const GroupMod& mod);
  void operator()(const MeterMod& mod);
  void operator()(const PortMod& mod);
  void operator()(const TableMod& mod);

  // bundle_requests.cc
  void operator()(const BundleControl& control);
  void operator()(const BundleAdd& add);

  // multipart_requests.cc
  void operator()(const DescRequest& request);
  void operator()(const FlowStatsRequest& request);
  void operator()(const AggregateStatsRequest& request);
  void operator()(const TableStatsRequest& request);
  void operator()(const PortStatsRequest& request);
  void operator()(const PortDescRequest& request);
  void operator()(const QueueStatsRequest& request);
  void operator()(const QueueConfigRequest& request);
  void operator()(const GroupStatsRequest& request);
  void operator()(const GroupDescRequest& request);
  void operator()(const GroupFeaturesRequest& request);
  void operator()(const MeterStatsRequest& request);
  void operator()(const MeterConfigRequest& request);
  void operator()(const MeterFeaturesRequest& request);
  void operator()(const TableFeaturesRequest& request);
  void operator()(const TableDescRequest& request);

 private:
  void reply(const Reply& message) { connection_.send(message, xid_); }
  OfVersion version() const { return *session_.version; }
  void require_no_slave() const;
  void set_fragments(uint16_t flags);
  void emit(PacketOut packet_out);
  std::vector<PhyPort> describe_ports() const;

  Bundle& open_bundle(uint32_t id, uint16_t flags);
  Bundle& find_bundle(uint32_t id, uint16_t flags);
  void close_bundle(uint32_t id, uint16_t flags);
  void commit_bundle(uint32_t id, uint16_t flags);
  bool rehearse(const Bundle& bundle);
  void make_changes(const Bundle& bundle);

  OpenFlowAgent& agent_;
  Connection& connection_;
  Session& session_;
  Bridge& bridge_;
  SlowPath& slow_path_;
  std::span<const uint8_t> message_;
  uint32_t xid_;
  TimePoint now_;
  // While a bundle's changes are made, packets wait until all of them are.
  bool packets_wait_ = false;
  std::vector<PacketOut> waiting_packets_;
};

}  // namespace flowbed::sw::ofp
