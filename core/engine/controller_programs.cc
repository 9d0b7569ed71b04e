#include "core/engine/controller_programs.hh"

#include <algorithm>
#include <csignal>

#include <fcntl.h>

#include "core/base/error.hh"
#include "core/engine/environment.hh"

namespace flowbed {

ControllerPrograms::ControllerPrograms(Commands& commands, std::string folder, Warn warn)
    : commands_(commands), folder_(std::move(folder)), warn_(std::move(warn)) {}

void ControllerPrograms::update(const Topology& topology) {
  std::map<std::string, const Node*> wanted;
  for (const Node& node : topology.nodes) {
    if (node.kind == NodeKind::controller && !node.program.empty()) wanted.emplace(node.name, &node);
  }
  std::erase_if(running_, [&](const auto& entry) {
    const auto found = wanted.find(entry.first);
    if (found != wanted.end() && found->second->program == entry.second.program) return false;
    commands_.signal(entry.second.command, SIGTERM);
    return true;
  });
  for (const auto& [name, node] : wanted) {
    if (!running_.contains(name)) start(*node);
  }
}

void ControllerPrograms::start(const Node& controller) {
  try {
    CommandRequest request;
    request.argv = {"/bin/sh", "-c", "exec " + controller.program};
    request.environment = own_environment();
    request.directory = "/";
    request.fds.push_back(open_file("/dev/null", O_RDWR));
    request.fds.push_back(open_file(log_of(controller.name), O_WRONLY | O_CREAT | O_TRUNC, 0600));
    request.fds.push_back(request.fds.back().duplicate());
    running_[controller.name] = {controller.program, commands_.start(std::move(request), nullptr).id};
  } catch (const Error& fault) {
    warn_("controller " + controller.name + " could not be started: " + fault.what());
  }
}

void ControllerPrograms::ended(uint64_t command, int status) {
  const auto found =
      std::ranges::find_if(running_, [&](const auto& entry) { return entry.second.command == command; });
  if (found == running_.end()) return;
  warn_("controller " + found->first + " (" + found->second.program + ") has ended with status " +
        std::to_string(status) + "; what it printed is in " + log_of(found->first) + " in the fabric");
  running_.erase(found);
}

}  // namespace flowbed
