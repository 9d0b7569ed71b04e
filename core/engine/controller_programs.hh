// ControllerPrograms: the controllers that the network brings along. Each is a command in the fabric, which
// starts with its node and ends with it, or with the network.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/engine/commands.hh"
#include "core/topo/topology.hh"

namespace flowbed {

class ControllerPrograms {
 public:
  using Warn = std::function<void(const std::string& message)>;

  // What they print goes to the file NAME.log in `folder`.
  ControllerPrograms(Commands& commands, std::string folder, Warn warn);

  void update(const Topology& topology);     // starts those that are new, ends those that are gone
  void ended(uint64_t command, int status);  // of any command of the network

 private:
  struct Running {
    std::string program;
    uint64_t command = 0;
  };

  void start(const Node& controller);
  std::string log_of(const std::string& name) const { return folder_ + "/" + name + ".log"; }

  Commands& commands_;
  const std::string folder_;
  const Warn warn_;
  std::map<std::string, Running> running_;  // by controller
};

}  // namespace flowbed
