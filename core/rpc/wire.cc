#include "core/rpc/wire.hh"

#include "core/base/error.hh"
#include "core/topo/json.hh"

namespace flowbed {
namespace {
constexpr size_t kMaxCommandFds = 10;  // the engine keeps its own descriptors above these
}

Json to_wire(const CommandRequest& request) {
  return {{"node", request.node},
          {"argv", request.argv},
          {"environment", request.environment},
          {"directory", request.directory},
          {"umask", request.umask},
          {"controlling_tty", request.controlling_tty}};
}

CommandRequest command_from_wire(const Json& json, std::vector<FileDescriptor> fds) {
  CommandRequest request;
  json.at("node").get_to(request.node);
  json.at("argv").get_to(request.argv);
  json.at("environment").get_to(request.environment);
  json.at("directory").get_to(request.directory);
  json.at("umask").get_to(request.umask);
  json.at("controlling_tty").get_to(request.controlling_tty);
  request.fds = std::move(fds);
  if (request.argv.empty()) throw Error("start_command: argv is empty; it needs at least the program's name");
  if (request.fds.size() > kMaxCommandFds)
    throw Error("start_command: a command takes at most 10 descriptors");
  if (request.fds.size() < 3) throw Error("start_command: the command's descriptors 0, 1 and 2 are missing");
  return request;
}

Topology topology_from_wire(const Json& json) {
  ReadResult result = topology_from_json(json);
  if (!result.faults.empty()) throw Error(to_string(result.faults));
  return std::move(result.topology);
}

}  // namespace flowbed
