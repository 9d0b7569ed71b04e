#include "core/cli/openflow_options.hh"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <unistd.h>

#include "core/base/error.hh"
#include "core/topo/controllers.hh"
#include "core/topo/export_words.hh"

namespace flowbed {
namespace {

// Both make learning switches: that of Open vSwitch, which Debian has as a package of its own, and Flowbed's.
constexpr const char *kReference = "ovs-testcontroller", *kOwn = "flowbed-controller";

std::vector<std::string> split(const std::string& text, char separator) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; std::getline(stream, word, separator);) words.push_back(word);
  return words;
}

// "port=6653" → "port", "6653".
std::pair<std::string, std::string> name_and_value(const std::string& argument) {
  const size_t equals = std::min(argument.find('='), argument.size());
  return {argument.substr(0, equals), argument.substr(std::min(equals + 1, argument.size()))};
}

uint16_t parse_port(const std::string& text) {
  uint16_t port = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (fault != std::errc() || end != text.data() + text.size() || port == 0)
    throw Error("--controller: \"" + text + "\" is no TCP port");
  return port;
}

std::string parse_transport(const std::string& option, const std::string& text) {
  if (std::ranges::find(kTransports, text) == kTransports.end())
    throw Error(option + ": \"" + text + "\" is no protocol; choose from tcp, ssl");
  return text;
}

bool is_installed(const std::string& program) {
  const char* path = std::getenv("PATH");
  return std::ranges::any_of(split(path ? path : "", ':'), [&](const std::string& folder) {
    return access((folder + "/" + program).c_str(), X_OK) == 0;
  });
}

std::string reference_program() {
  if (is_installed(kReference)) return std::string(kReference) + " --unixctl=none";
  return "'" + (std::filesystem::read_symlink("/proc/self/exe").parent_path() / kOwn).string() + "'";
}

Node make_controller(size_t number) {
  Node controller;
  controller.name = "c" + std::to_string(number);
  controller.kind = NodeKind::controller;
  return controller;
}

Node remote_controller(Node controller, const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    const auto [name, value] = name_and_value(argument);
    if (name == "ip") {
      if (!IpAddress::parse(value)) throw Error("--controller remote: \"" + value + "\" is no IP address");
      controller.address = value;
    } else if (name == "port") {
      controller.tcp_port = parse_port(value);
    } else if (name == "protocol") {
      controller.protocol = parse_transport("--controller remote", value);
    } else {
      throw Error("--controller remote takes no argument \"" + argument +
                  "\"; only ip=…, port=… and protocol=…");
    }
  }
  return controller;
}

Node reference_controller(Node controller, size_t number, const std::vector<std::string>& arguments) {
  controller.tcp_port = static_cast<uint16_t>(kOpenFlowPort + number);
  for (const std::string& argument : arguments) {
    const auto [name, value] = name_and_value(argument);
    if (name != "port") throw Error("--controller ref takes no argument \"" + argument + "\"; only port=…");
    controller.tcp_port = parse_port(value);
  }
  controller.program = reference_program() + " ptcp:" + std::to_string(*controller.tcp_port);
  return controller;
}

}  // namespace

void add_controller(OpenFlowOptions& options, const std::string& value) {
  std::vector<std::string> arguments = split(value, ',');
  const std::string kind = arguments.empty() ? "" : arguments.front();
  if (!arguments.empty()) arguments.erase(arguments.begin());
  if (kind == "default") return;
  auto& controllers = options.controllers ? *options.controllers : options.controllers.emplace();
  const size_t number = controllers.size();
  if (kind == "none") return;
  if (kind == "remote") return controllers.push_back(remote_controller(make_controller(number), arguments));
  if (kind == "ref" || kind == "ovsc")
    return controllers.push_back(reference_controller(make_controller(number), number, arguments));
  if (kind == "ryu" || kind == "nox")
    throw Error("--controller " + kind + ": start it yourself, and use --controller remote");
  throw Error("--controller: there is no \"" + kind + "\"; choose from default, none, ref, remote");
}

bool take_switch_argument(OpenFlowOptions& options, const std::string& argument) {
  const auto [name, value] = name_and_value(argument);
  if (name == "protocols") {
    options.protocols = split(value, ':');
    for (const std::string& protocol : options.protocols) {
      if (std::ranges::find(kProtocols, protocol) == kProtocols.end())
        throw Error("--switch: \"" + protocol +
                    "\" is not spoken; choose from OpenFlow10, OpenFlow13, OpenFlow14, "
                    "several as OpenFlow10:OpenFlow13");
    }
    return true;
  }
  if (name == "listenProtocol" || name == "listen_protocol") {
    options.listen_protocol = parse_transport("--switch", value);
    return true;
  }
  if (is_export(name)) {
    set_export(options.exports, name, value);
    return true;
  }
  if (name != "failMode" && name != "fail_mode") return false;
  if (std::ranges::find(kFailModes, value) == kFailModes.end())
    throw Error("--switch: \"" + argument + "\": write failMode=secure or failMode=standalone");
  options.fail_mode = value;
  return true;
}

Topology with_openflow(Topology topology, const OpenFlowOptions& options) {
  if (options.controllers) {
    std::erase_if(topology.nodes, [](const Node& node) { return node.kind == NodeKind::controller; });
    topology.nodes.insert(topology.nodes.end(), options.controllers->begin(), options.controllers->end());
  }
  if (!options.tls.is_none()) topology.tls = absolute(options.tls, std::filesystem::current_path());
  auto listen_port = options.listen_port;
  for (Node& node : topology.nodes) {
    if (node.kind != NodeKind::switch_) continue;
    if (options.controllers) node.controllers.reset();
    if (!options.fail_mode.empty()) node.fail_mode = options.fail_mode;
    if (!options.protocols.empty()) node.protocols = options.protocols;
    if (!options.listen_protocol.empty()) node.listen_protocol = options.listen_protocol;
    if (options.exports.sflow.is_on()) node.exports.sflow = options.exports.sflow;
    if (options.exports.netflow.is_on()) node.exports.netflow = options.exports.netflow;
    if (options.exports.ipfix.is_on()) node.exports.ipfix = options.exports.ipfix;
    if (listen_port) node.listen_port = (*listen_port)++;
  }
  return topology;
}

}  // namespace flowbed
