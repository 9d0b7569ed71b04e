// SwitchProcess: the engine's switchd. It is started in the fabric, told of every bridge, and, should it end,
// started again and told the same, with the rules that it had; hosts go on running meanwhile.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/base/forwarding_options.hh"
#include "core/engine/channel_sockets.hh"
#include "core/engine/served_process.hh"
#include "core/engine/switches.hh"

namespace flowbed {

class SwitchProcess : public Switches {
 public:
  // Starts it; does not wait for it.
  SwitchProcess(EventLoop& loop, ChannelSockets& sockets, const ForwardingOptions& forwarding,
                ServedProcess::Warn warn);

  Task<void> identify(Json identity, bool only_check) override;
  Task<void> put_bridge(BridgeState bridge) override;
  Task<void> remove_bridge(std::string name) override;
  Task<void> set_running(std::string name, bool on) override;
  bool is_running(const std::string& name) const override;
  Task<void> refresh_links() override;
  Task<bool> is_connecting(bool or_waiting) override;
  Task<std::vector<std::string>> settle_trees(Duration at_most) override;
  Task<Json> call(std::string verb, Json params) override;
  std::vector<Verb> verbs() const override { return verbs_; }
  Task<Json> describe_datapath() override;
  int pid() const override { return process_.pid(); }

  Task<void> learn_verbs();  // asks switchd for its verb table

 private:
  ServedProcess::Role role(const ForwardingOptions& forwarding);
  bool may_have(const SocketRequest& wanted) const;
  Task<void> open_socket(RpcPeer::Request request, RpcPeer::Responder responder);
  Task<void> tell_everything();
  Task<void> restore_program(std::string name, const std::map<std::string, Json>& programs);

  EventLoop& loop_;
  ChannelSockets& sockets_;
  Json identity_ = Json::object();              // as last put
  std::map<std::string, BridgeState> bridges_;  // as last put
  std::map<std::string, Json> programs_;  // the bridges' rules, groups and meters, as switchd told them last
  std::vector<Verb> verbs_;
  ServedProcess process_;
};

}  // namespace flowbed
