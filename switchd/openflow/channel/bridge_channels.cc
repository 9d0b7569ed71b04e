#include "switchd/openflow/channel/bridge_channels.hh"

#include <algorithm>

namespace flowbed::sw::ofp {
namespace {

AgentOptions agent_options(const ChannelsConfig& config) {
  AgentOptions options;
  options.versions = config.versions;
  return options;
}

}  // namespace

BridgeChannels::BridgeChannels(EventLoop& loop, SlowPath& slow_path, SocketSource& sockets, const Tls& tls,
                               std::string bridge, ChannelsConfig config, WarnAbout warn)
    : slow_path_(slow_path),
      bridge_(std::move(bridge)),
      config_(std::move(config)),
      warn_(std::move(warn)),
      agent_(slow_path, bridge_, agent_options(config_)) {
  for (const ControllerConfig& controller : config_.controllers)
    links_.push_back(std::make_unique<ControllerLink>(loop, sockets, tls, agent_, controller,
                                                      [this](ControllerLink& link) { link_changed(link); }));
  for (const ListenerConfig& listener : config_.listeners)
    listeners_.push_back(
        std::make_unique<Listener>(loop, sockets, tls, agent_, listener, warnings_of(listener)));
}

Listener::Handlers BridgeChannels::warnings_of(const ListenerConfig& listener) const {
  Listener::Handlers handlers;
  handlers.on_fault = [this](const std::string& fault) {
    warn_("listener " + bridge_, bridge_ + " cannot be connected to: " + fault + "; choose another port");
  };
  handlers.on_refusal = [this, target = listener.endpoint.to_string()](const std::string& fault) {
    warn_("client " + bridge_, "no connection with a client of " + bridge_ + " at " + target + ": " + fault);
  };
  return handlers;
}

bool BridgeChannels::is_connected() const {
  return std::ranges::any_of(links_, [](const auto& link) { return link->is_connected(); });
}

void BridgeChannels::link_changed(ControllerLink& link) {
  using enum ControllerLink::State;
  const ControllerConfig& controller = link.config();
  if (link.state() == kConnected) slow_path_.set_standalone(bridge_, false);
  if (link.state() != kWaiting) return;
  const bool may_come_back = link.is_first_retry();
  if (!may_come_back && !is_connected()) slow_path_.set_standalone(bridge_, slow_path_.fails_open(bridge_));
  if (may_come_back && !link.gave_up()) return;
  const std::string cause =
      controller.endpoint.to_string() + (controller.endpoint.tls ? link.last_fault() : "");
  warn_("controller " + cause, "no connection to controller " + controller.name + " at " +
                                   controller.endpoint.to_string() + ": " + link.last_fault() +
                                   ". The switches try on");
}

}  // namespace flowbed::sw::ofp
