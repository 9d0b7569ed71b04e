// BridgeChannels: all OpenFlow channels of one bridge: the controllers that it connects to, and the places
// where others connect to it.
//
// While a bridge that has controllers is connected to none, it does what its fail mode says: secure, it goes
// on by the rules that it has; standalone, it is a normal switch until one is there. (It does not wait long:
// a second attempt to connect has failed by then.)
#pragma once

#include <memory>
#include <vector>

#include "switchd/openflow/channel/controller_link.hh"
#include "switchd/openflow/channel/listener.hh"

namespace flowbed::sw::ofp {

struct ChannelsConfig {
  std::vector<ControllerConfig> controllers;
  std::vector<ListenerConfig> listeners;
  std::vector<OfVersion> versions = AgentOptions{}.versions;  // ascending

  bool operator==(const ChannelsConfig&) const = default;
};

// Of each cause once in a while; see ControlServer.
using WarnAbout = std::function<void(const std::string& cause, const std::string& message)>;

class BridgeChannels {
 public:
  BridgeChannels(EventLoop& loop, SlowPath& slow_path, SocketSource& sockets, const Tls& tls,
                 std::string bridge, ChannelsConfig config, WarnAbout warn);

  const ChannelsConfig& config() const { return config_; }
  OpenFlowAgent& agent() { return agent_; }
  const std::vector<std::unique_ptr<ControllerLink>>& links() const { return links_; }
  const std::vector<std::unique_ptr<Listener>>& listeners() const { return listeners_; }
  bool is_connected() const;

 private:
  void link_changed(ControllerLink& link);
  Listener::Handlers warnings_of(const ListenerConfig& listener) const;

  SlowPath& slow_path_;
  const std::string bridge_;
  const ChannelsConfig config_;
  const WarnAbout warn_;
  OpenFlowAgent agent_;
  std::vector<std::unique_ptr<ControllerLink>> links_;
  std::vector<std::unique_ptr<Listener>> listeners_;
};

}  // namespace flowbed::sw::ofp
