// What a controller asks about. Counters are settled before they are read.
#include <algorithm>

#include "switchd/openflow/agent/ports.hh"
#include "switchd/openflow/agent/request_run.hh"
#include "switchd/openflow/agent/statistics.hh"
#include "switchd/openflow/agent/tables.hh"

namespace flowbed::sw::ofp {

void RequestRun::operator()(const DescRequest&) {
  reply(DescReply{.manufacturer = "Flowbed",
                  .hardware = "flow-caching software switch",
                  .software = agent_.options_.software,
                  .serial = agent_.options_.serial,
                  .datapath = bridge_.config.name});
}

void RequestRun::operator()(const FlowStatsRequest& request) {
  slow_path_.settle();
  reply(flow_stats(request, bridge_, now_));
}
void RequestRun::operator()(const AggregateStatsRequest& request) {
  slow_path_.settle();
  reply(aggregate_stats(request, bridge_));
}
void RequestRun::operator()(const TableStatsRequest&) {
  slow_path_.settle();
  reply(table_stats(bridge_));
}

void RequestRun::operator()(const PortStatsRequest& request) {
  const BridgePort* only = find_port(bridge_, request.port, OfFaultKind::kBadRequestPort);
  slow_path_.settle();
  agent_.ports_changed(now_);
  PortStatsReply stats;
  for (const auto& port : bridge_.ports) {
    if (only && port.get() != only) continue;
    const auto [rx, tx] = slow_path_.totals(*port);
    stats.ports.push_back({.port = port->config.number,
                           .rx_packets = rx.packets,
                           .tx_packets = tx.packets,
                           .rx_bytes = rx.bytes,
                           .tx_bytes = tx.bytes,
                           .rx_dropped = rx.dropped,
                           .tx_dropped = tx.dropped,
                           .age = std::max(Duration{}, now_ - agent_.ports_[port->config.number].since)});
  }
  reply(stats);
}

std::vector<PhyPort> RequestRun::describe_ports() const {
  std::vector<PhyPort> ports;
  for (const auto& port : bridge_.ports) ports.push_back(describe(*port));
  return ports;
}

void RequestRun::operator()(const PortDescRequest&) { reply(PortDescReply{describe_ports()}); }

// Ports have no queues.
void RequestRun::operator()(const QueueStatsRequest& request) {
  find_port(bridge_, request.port, OfFaultKind::kQueueBadPort);
  if (request.queue != kQueueAll)
    throw OfFault(OfFaultKind::kQueueBadQueue, "there is no queue " + std::to_string(request.queue));
  reply(QueueStatsReply{});
}

void RequestRun::operator()(const QueueConfigRequest& request) {
  find_port(bridge_, request.port, OfFaultKind::kQueueBadPort);
  if (request.queue != kQueueAll)
    throw OfFault(OfFaultKind::kQueueBadQueue, "there is no queue " + std::to_string(request.queue));
  reply(QueueConfigReply{.port = request.port, .queues = {}});
}

void RequestRun::operator()(const GroupStatsRequest& request) {
  slow_path_.settle();
  reply(group_stats(request, bridge_, now_));
}
void RequestRun::operator()(const GroupDescRequest&) { reply(group_descriptions(bridge_)); }
void RequestRun::operator()(const GroupFeaturesRequest&) { reply(group_features()); }

void RequestRun::operator()(const MeterStatsRequest& request) {
  slow_path_.settle();
  reply(meter_stats(request, bridge_, now_));
}
void RequestRun::operator()(const MeterConfigRequest& request) { reply(meter_configs(request, bridge_)); }
void RequestRun::operator()(const MeterFeaturesRequest&) { reply(meter_features()); }

// The parts of one request have one xid; the answer comes after the last.
void RequestRun::operator()(const TableFeaturesRequest& request) {
  if (std::exchange(session_.table_features_xid, xid_) != xid_) session_.table_features.clear();
  auto& wanted = session_.table_features;
  wanted.insert(wanted.end(), request.wanted.begin(), request.wanted.end());
  if (wanted.size() > FlowTables::kTables) {
    session_.table_features_xid.reset();
    throw OfFault(OfFaultKind::kMultipartBufferOverflow, "there are more tables than 254");
  }
  if (request.more) return;
  session_.table_features_xid.reset();
  if (!wanted.empty()) {
    require_no_slave();
    set_table_features(std::exchange(wanted, {}), bridge_, version());
  }
  reply(table_features(bridge_, version()));
}

void RequestRun::operator()(const TableDescRequest&) { reply(table_descriptions(bridge_)); }

}  // namespace flowbed::sw::ofp
