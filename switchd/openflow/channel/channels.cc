#include "switchd/openflow/channel/channels.hh"

#include <algorithm>

namespace flowbed::sw::ofp {
namespace {

template <class Channel, class State>
size_t count_in(const std::vector<std::unique_ptr<Channel>>& channels, State state) {
  const auto is_in_it = [&](const auto& channel) { return channel->state() == state; };
  return static_cast<size_t>(std::ranges::count_if(channels, is_in_it));
}

}  // namespace

Channels::Channels(EventLoop& loop, SlowPath& slow_path, SocketSource& sockets, WarnAbout warn)
    : loop_(loop), slow_path_(slow_path), sockets_(sockets), warn_(std::move(warn)) {
  OpenFlowEvents events;
  events.packet_in = [this](const sw::PacketIn& event) {
    if (BridgeChannels* channels = channels_of(event.bridge)) channels->agent().packet_in(event);
  };
  events.rule_removed = [this](const Bridge& bridge, const Rule& rule, RemovalReason reason, TimePoint now) {
    if (BridgeChannels* channels = channels_of(bridge)) channels->agent().rule_removed(rule, reason, now);
  };
  events.port_changed = [this](const Bridge& bridge, const BridgePort&, sw::PortChange) {
    if (BridgeChannels* channels = channels_of(bridge)) channels->agent().ports_changed(monotonic_now());
  };
  slow_path_.set_openflow_events(std::move(events));
}

Channels::~Channels() { slow_path_.set_openflow_events({}); }

void Channels::put(const std::string& bridge, ChannelsConfig config) {
  const BridgeChannels* before = find(bridge);
  if (before && before->config() == config) return;
  const bool had_controllers = before && !before->config().controllers.empty();
  const bool has_controllers = !config.controllers.empty();
  bridges_.erase(bridge);
  if (had_controllers != has_controllers) pipeline_begins_anew(bridge, has_controllers);
  if (config.controllers.empty() && config.listeners.empty()) return;
  bridges_[bridge] =
      std::make_unique<BridgeChannels>(loop_, slow_path_, sockets_, tls_, bridge, std::move(config), warn_);
}

void Channels::pipeline_begins_anew(const std::string& name, bool has_controllers) {
  Bridge* bridge = slow_path_.bridges().find(name);
  if (!bridge || !bridge->pipeline) return;
  const bool fails_open = slow_path_.fails_open(name);
  slow_path_.programs().reset(*bridge, !has_controllers && fails_open, monotonic_now());
  slow_path_.set_standalone(name, has_controllers && fails_open);
}

void Channels::fail_mode_changed(const std::string& bridge) {
  const BridgeChannels* channels = find(bridge);
  const bool has_controllers = channels && !channels->config().controllers.empty();
  if (!has_controllers) {
    pipeline_begins_anew(bridge, false);
  } else if (!channels->is_connected()) {
    slow_path_.set_standalone(bridge, slow_path_.fails_open(bridge));
  }
}

void Channels::remove(const std::string& bridge) { bridges_.erase(bridge); }

BridgeChannels* Channels::find(const std::string& bridge) {
  const auto found = bridges_.find(bridge);
  return found == bridges_.end() ? nullptr : found->second.get();
}

size_t Channels::count(ControllerLink::State state) const {
  size_t count = 0;
  for (const auto& [name, channels] : bridges_) count += count_in(channels->links(), state);
  return count;
}

size_t Channels::count(Listener::State state) const {
  size_t count = 0;
  for (const auto& [name, channels] : bridges_) count += count_in(channels->listeners(), state);
  return count;
}

void Channels::tick(TimePoint now) {
  for (const auto& [name, channels] : bridges_) channels->agent().tick(now);
}

}  // namespace flowbed::sw::ofp
