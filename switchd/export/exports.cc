#include "switchd/export/exports.hh"

#include <algorithm>

namespace flowbed::sw {

Exports::Exports(EventLoop& loop, SlowPath& slow_path, DatagramSource& sockets)
    : loop_(loop), slow_path_(slow_path), sockets_(sockets) {
  MonitorEvents events;
  events.sampled = [this](const PacketSample& sample) {
    if (BridgeExports* exports = find(sample.in.bridge->id)) exports->sample(sample);
  };
  events.observed = [this](const Observation& observation, uint64_t packets, uint64_t bytes, TimePoint last) {
    if (BridgeExports* exports = find(observation.bridge))
      exports->observe(observation, packets, bytes, last);
  };
  slow_path_.set_monitor_events(std::move(events));
}

Exports::~Exports() {
  slow_path_.settle();
  for (const auto& [id, exports] : bridges_) exports->finish(monotonic_now());
  slow_path_.set_monitor_events({});
}

void Exports::put(const std::string& name, const ExportConfig& config) {
  const Bridge* bridge = slow_path_.bridges().find(name);
  if (!bridge) return;
  const BridgeExports* before = find(bridge->id);
  if (before ? before->config() == config : !config.is_on()) return;
  remove(name);
  if (config.is_on())
    bridges_[bridge->id] = std::make_unique<BridgeExports>(loop_, sockets_, *bridge, config, monotonic_now());
}

void Exports::remove(const std::string& name) {
  const Bridge* bridge = slow_path_.bridges().find(name);
  BridgeExports* exports = bridge ? find(bridge->id) : nullptr;
  if (!exports) return;
  slow_path_.settle();
  exports->finish(monotonic_now());
  bridges_.erase(bridge->id);
}

const BridgeExports* Exports::find(const Bridge& bridge) const { return find(bridge.id); }

BridgeExports* Exports::find(uint32_t bridge) const {
  const auto found = bridges_.find(bridge);
  return found == bridges_.end() ? nullptr : found->second.get();
}

void Exports::tick(TimePoint now) {
  const auto& bridges = slow_path_.bridges().bridges();
  std::erase_if(bridges_, [&](const auto& entry) {  // of a bridge that could not be changed
    return std::ranges::none_of(bridges, [&](const auto& b) { return b.second->id == entry.first; });
  });
  for (const auto& [name, bridge] : slow_path_.bridges().bridges()) {
    if (BridgeExports* exports = find(bridge->id)) exports->tick(slow_path_, *bridge, now);
  }
}

}  // namespace flowbed::sw
