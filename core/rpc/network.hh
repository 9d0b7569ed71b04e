// Network: one emulated network, as every face sees it.
//
// LocalNetwork (core/engine) is the real one; RemoteNetwork is the same at the other end of a control socket.
// What is not structure (measurements, statistics, switch commands) goes through `call`: a verb and JSON,
// both described by `verbs`, so that a new verb reaches the shell, its help and its completion without a new
// method here.
//
// All functions belong to the event loop's thread. A Task that fails throws Error with a message for a
// person.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/channel.hh"
#include "core/base/task.hh"
#include "core/base/verb.hh"
#include "core/topo/topology.hh"

namespace flowbed {

// A command to run in a node, with the caller's own surroundings.
struct CommandRequest {
  std::string node;  // empty: the fabric
  std::vector<std::string> argv;
  std::vector<std::string> environment;  // "NAME=value"; all of it
  std::string directory;                 // absolute
  uint32_t umask = 022;
  bool controlling_tty = false;  // descriptor 0 is a pty's slave: it becomes the tty of a new session
  // Becomes descriptors 0, 1, 2, … of the command; at least three.
  std::vector<FileDescriptor> fds;
};

struct StartedCommand {
  uint64_t id = 0;       // for signal_command and the event "command-ended"
  int pid = 0;           // as seen outside
  FileDescriptor pidfd;  // readable when it has ended
};

struct ApplyReport {
  std::vector<std::string> steps;  // done, or what would be done (dry run), in order
  double seconds = 0;
  std::optional<double> tree_seconds = {};  // of these, waiting for spanning tree to come to rest
};

// Events are JSON objects with a member "event":
//   command-ended {id, status}            status: exit status, or 128 + signal
//   warning {message}                     for the user, once
//   progress {done, total}                steps of an apply that takes longer
//   network-stopped {reason}
using EventHandler = std::function<void(const Json& event)>;

class Network {
 public:
  virtual ~Network() = default;

  virtual Task<Topology> topology() = 0;  // as applied and completed
  virtual Task<ApplyReport> apply(Topology wanted, bool dry_run) = 0;
  virtual Task<StartedCommand> start_command(CommandRequest request) = 0;
  virtual Task<void> signal_command(uint64_t id, int signal) = 0;  // to its process group
  virtual Task<Json> call(std::string verb, Json params) = 0;
  virtual std::vector<Verb> verbs() const = 0;       // without handlers
  virtual Task<void> detach() = 0;                   // outlive the face that started it
  virtual Task<void> stop() = 0;                     // nothing is left when it returns
  virtual void subscribe(EventHandler handler) = 0;  // replaces the handler set before
};

}  // namespace flowbed
