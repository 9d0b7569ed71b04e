// BridgeExports: all that one bridge tells collectors.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "switchd/export/flow_exporter.hh"
#include "switchd/export/sflow_exporter.hh"

namespace flowbed::sw {

class BridgeExports {
 public:
  BridgeExports(EventLoop& loop, DatagramSource& sockets, const Bridge& bridge, ExportConfig config,
                TimePoint now);

  void sample(const PacketSample& sample);
  void observe(const Observation& observation, uint64_t packets, uint64_t bytes, TimePoint last);
  void tick(const SlowPath& slow_path, const Bridge& bridge, TimePoint now);  // with statistics settled
  void finish(TimePoint now);  // tells everything, because there will be no more

  const ExportConfig& config() const { return config_; }
  const std::optional<SflowExporter>& sflow() const { return sflow_; }
  const std::vector<std::unique_ptr<FlowExporter>>& flows() const { return flows_; }

 private:
  const ExportConfig config_;
  std::optional<SflowExporter> sflow_;
  std::vector<std::unique_ptr<FlowExporter>> flows_;
};

}  // namespace flowbed::sw
