// HostShell: the shell that runs the commands of one node ("h1 cd /tmp", "h1 pwd"), so that directory,
// variables and jobs stay from one to the next.
//
// It is a bash of its own, started in the node with the first command. Its standard input is a pipe from
// which it reads lines of ours, two for each command:
//
//   eval '…' <&5 5<&- 9>&-          the command; its input is descriptor 5, the terminal
//   printf '%d\0' $? >&9            its exit status; we wait for the NUL
//
// On a terminal bash is interactive and has a pty: each command is a job in the foreground, and Ctrl-C ends
// the job, or the loop, that runs. bash then drops the line that it was at, and goes on with the next: so the
// status comes on a line of its own. Without a terminal commands read from /dev/null and write to the
// caller's own descriptors.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/cli/context.hh"
#include "core/cli/relay.hh"

namespace flowbed {

struct CommandEnd {
  int status = 0;
  bool interrupted = false;  // SIGINT ended it, or Ctrl-C was typed at it
};

class HostShell {
 public:
  HostShell(Context& context, const std::string& node, bool interactive);  // throws Error: bash cannot start
  HostShell(const HostShell&) = delete;
  HostShell& operator=(const HostShell&) = delete;
  // The end of a HostShell is for bash and its jobs what the closing of a terminal is.

  // Runs a command; returns its status. One that ends bash ("exit 3") gives bash's; then alive() is false.
  CommandEnd run(const std::string& command);
  bool alive();
  int pid() const { return pid_; }  // as seen outside

 private:
  void give_terminal(CommandRequest& request);
  void give_own_descriptors(CommandRequest& request);
  CommandEnd run_on_terminal();
  int wait_for_status();
  void heed_signals();
  void read_statuses();
  std::optional<int> take_status();

  Context& context_;
  std::optional<Pty> pty_;
  std::optional<PtyOutput> output_;
  FileDescriptor commands_, statuses_;
  EventLoop::Registration watch_;
  uint64_t id_ = 0;
  int pid_ = 0;
  std::optional<int> ended_;
  bool interrupt_sent_ = false;
  std::string status_text_;
};

// The shells of a network's nodes, each made when it is first needed.
class HostShells {
 public:
  HostShells(Context& context, bool interactive) : context_(context), interactive_(interactive) {}
  CommandEnd run(const std::string& node, const std::string& command);
  int pid_of(const std::string& node);  // 0: none runs
  void forget(const std::string& node) { shells_.erase(node); }

 private:
  Context& context_;
  bool interactive_;
  std::map<std::string, std::unique_ptr<HostShell>> shells_;
};

}  // namespace flowbed
