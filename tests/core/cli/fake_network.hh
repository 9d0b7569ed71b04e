// FakeNetwork: a Network without an engine. Verbs answer what the test gave; commands run on this machine.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/rpc/network.hh"

namespace flowbed {

class FakeNetwork : public Network {
 public:
  explicit FakeNetwork(EventLoop& loop) : loop_(loop) {}
  ~FakeNetwork() override;

  Task<Topology> topology() override { co_return topology_; }
  Task<ApplyReport> apply(Topology wanted, bool dry_run) override;
  Task<StartedCommand> start_command(CommandRequest request) override;
  Task<void> signal_command(uint64_t id, int signal) override;
  Task<Json> call(std::string verb, Json params) override;
  std::vector<Verb> verbs() const override { return verbs_; }
  Task<void> detach() override { co_return; }
  Task<void> stop() override { co_return; }
  void subscribe(EventHandler handler) override { on_event_ = std::move(handler); }

  void emit(const Json& event) const {
    if (on_event_) on_event_(event);
  }

  Topology topology_;
  std::vector<Verb> verbs_;
  std::map<std::string, Json> answers_;              // by verb; {} where there is none
  std::vector<std::pair<std::string, Json>> calls_;  // what was asked, in order
  int commands_started_ = 0;

 private:
  struct Child {
    int pid;
    EventLoop::Registration watch;
  };
  void on_child_end(uint64_t id, int pid);

  EventLoop& loop_;
  EventHandler on_event_;
  std::map<uint64_t, Child> children_;
};

// Two hosts on one switch, completed; and the verbs that the tests use.
Topology small_topology();
std::vector<Verb> sample_verbs();

}  // namespace flowbed
