// Commands: everything that runs in the hosts of a network, and the views that it runs in.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/base/event_loop.hh"
#include "core/engine/host_limiter.hh"
#include "core/engine/name_files.hh"
#include "core/engine/stand_ins.hh"
#include "core/os/host_view.hh"
#include "core/os/kernel.hh"
#include "core/os/process.hh"
#include "core/os/user_namespace.hh"
#include "core/rpc/network.hh"

namespace flowbed {

struct CommandOutput {
  int status = 0;
  std::string out, err;
};

class Commands {
 public:
  struct Listeners {
    std::function<void(uint64_t id, int status)> ended;
    std::function<void(const std::string& message)> warn;
  };

  Commands(EventLoop& loop, Kernel& kernel, const HostLimiter& limiter, NameFiles& names,
           const StandIns& stand_ins, IdMode ids, std::string fabric_hostname, Listeners listeners);

  // `node` is null for the fabric. Throws Error: no such program, or what the kernel refused.
  StartedCommand start(CommandRequest request, const Node* node);
  void signal(uint64_t id, int signal);  // to its process group; one that has ended is left alone
  // Runs a program to its end and collects what it prints. It does not outlive the task.
  Task<CommandOutput> run(const Node* node, std::vector<std::string> argv);
  // SIGKILL to every process in a node that goes away; its view goes too.
  void forget_node(const std::string& node);

 private:
  struct Running {
    std::string node;
    Process process;
    EventLoop::Registration watch;
  };

  const HostView& view_of(const Node* node);
  Process start_process_in(const Node* node, CommandRequest request);
  void on_end(uint64_t id);

  EventLoop& loop_;
  Kernel& kernel_;
  const HostLimiter& limiter_;
  NameFiles& names_;
  const StandIns& stand_ins_;
  IdMode ids_;
  std::string fabric_hostname_;
  Listeners listeners_;
  std::map<std::string, HostView> views_;
  std::map<uint64_t, Running> running_;
  uint64_t next_id_ = 1;
  std::map<std::string, bool> warned_;
};

}  // namespace flowbed
