// Channels: the OpenFlow channels of all bridges, and the way of the slow path's events to them.
#pragma once

#include <map>
#include <memory>

#include "switchd/openflow/channel/bridge_channels.hh"

namespace flowbed::sw::ofp {

class Channels {
 public:
  // `sockets` and `slow_path` outlive it; it takes the slow path's OpenFlow events.
  Channels(EventLoop& loop, SlowPath& slow_path, SocketSource& sockets, WarnAbout warn);
  ~Channels();

  // Of a bridge that the slow path has. A bridge that gets its first controller forgets its rules; one that
  // loses its last becomes what its fail mode says.
  void put(const std::string& bridge, ChannelsConfig config);
  // A bridge that has no controller, or none that answers, becomes what its fail mode says now.
  void fail_mode_changed(const std::string& bridge);
  void remove(const std::string& bridge);
  // For all channels that are opened from now on; those that are open go on.
  void identify(Tls tls) { tls_ = std::move(tls); }
  BridgeChannels* find(const std::string& bridge);
  size_t count(ControllerLink::State state) const;  // of all links to controllers, those in this state
  size_t count(Listener::State state) const;
  void tick(TimePoint now);  // about once a second
  bool idle() const { return bridges_.empty(); }

 private:
  BridgeChannels* channels_of(const Bridge& bridge) { return find(bridge.config.name); }
  void pipeline_begins_anew(const std::string& bridge, bool has_controllers);

  EventLoop& loop_;
  SlowPath& slow_path_;
  SocketSource& sockets_;
  Tls tls_;
  const WarnAbout warn_;
  std::map<std::string, std::unique_ptr<BridgeChannels>> bridges_;
};

}  // namespace flowbed::sw::ofp
