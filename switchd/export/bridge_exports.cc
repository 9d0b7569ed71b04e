#include "switchd/export/bridge_exports.hh"

namespace flowbed::sw {

BridgeExports::BridgeExports(EventLoop& loop, DatagramSource& sockets, const Bridge& bridge,
                             ExportConfig config, TimePoint now)
    : config_(std::move(config)) {
  const uint64_t dpid = bridge.config.dpid;
  if (config_.sflow) sflow_.emplace(loop, sockets, *config_.sflow, dpid, now);
  if (config_.netflow)
    flows_.push_back(std::make_unique<NetflowExporter>(loop, sockets, *config_.netflow, dpid, now));
  if (config_.ipfix) flows_.push_back(std::make_unique<IpfixExporter>(loop, sockets, *config_.ipfix, now));
}

void BridgeExports::sample(const PacketSample& sample) {
  if (sflow_) sflow_->sample(sample);
}

void BridgeExports::observe(const Observation& observation, uint64_t packets, uint64_t bytes,
                            TimePoint last) {
  for (const auto& exporter : flows_) exporter->observe(observation, packets, bytes, last);
}

void BridgeExports::tick(const SlowPath& slow_path, const Bridge& bridge, TimePoint now) {
  if (sflow_) sflow_->tick(slow_path, bridge, now);
  for (const auto& exporter : flows_) exporter->tick(now);
}

void BridgeExports::finish(TimePoint now) {
  if (sflow_) sflow_->flush(now);
  for (const auto& exporter : flows_) exporter->finish(now);
}

}  // namespace flowbed::sw
