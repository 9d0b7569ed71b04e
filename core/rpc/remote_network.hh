// RemoteNetwork: a Network in another process, behind its control socket.
#pragma once

#include <memory>
#include <string>

#include "core/base/forwarding_options.hh"
#include "core/base/rpc_peer.hh"
#include "core/rpc/network.hh"

namespace flowbed {

class RemoteNetwork : public Network {
 public:
  ~RemoteNetwork()
      override;  // an engine that this object launched, and that is not detached, has ended after this
  // Starts an engine for a new, empty network `name` and waits until it is ready. The network ends with this
  // object unless it was detached. Throws Error: the name is taken, or what the machine refuses and what to
  // do about it.
  static std::unique_ptr<RemoteNetwork> launch(EventLoop& loop, const std::string& name,
                                               const ForwardingOptions& forwarding);
  // Connects to a network that runs. Throws Error if there is none of that name (and names those there are).
  static std::unique_ptr<RemoteNetwork> attach(EventLoop& loop, const std::string& name);

  Task<Topology> topology() override;
  Task<ApplyReport> apply(Topology wanted, bool dry_run) override;
  Task<StartedCommand> start_command(CommandRequest request) override;
  Task<void> signal_command(uint64_t id, int signal) override;
  Task<Json> call(std::string verb, Json params) override;
  std::vector<Verb> verbs() const override { return verbs_; }
  Task<void> detach() override;
  Task<void> stop() override;
  void subscribe(EventHandler handler) override { on_event_ = std::move(handler); }

  const std::vector<std::string>& warnings() const { return warnings_; }  // of the network's start
  const std::string& name() const { return name_; }
  bool connected() const { return !peer_->closed(); }

 private:
  RemoteNetwork(EventLoop& loop, std::string name, FileDescriptor socket, int engine_pid);
  void greet();
  void on_notification(const std::string& method, const Json& params);

  EventLoop& loop_;
  std::string name_;
  int engine_pid_;                     // 0: attached, not launched
  std::string failure_;                // why the engine could not start
  std::vector<std::string> warnings_;  // told at hello
  std::unique_ptr<RpcPeer> peer_;
  std::vector<Verb> verbs_;
  EventHandler on_event_;
};

}  // namespace flowbed
