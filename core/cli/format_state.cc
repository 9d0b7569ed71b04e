#include <algorithm>

#include <spdlog/fmt/fmt.h>

#include "core/cli/format.hh"

namespace flowbed {
namespace {

std::string text_at(const Json& object, const char* member) { return object.at(member).get<std::string>(); }
bool is_switch(const Json& node) { return text_at(node, "kind") == "switch"; }

// Mininet's order: hosts, then switches, then controllers; each as they were made.
std::vector<Json> in_order(const Json& state) {
  const auto rank = [](const Json& node) {
    const std::string kind = text_at(node, "kind");
    return kind == "host" || kind == "router" ? 0 : kind == "controller" ? 2 : 1;
  };
  std::vector<Json> nodes = state.at("nodes");
  std::stable_sort(nodes.begin(), nodes.end(),
                   [&](const Json& a, const Json& b) { return rank(a) < rank(b); });
  return nodes;
}

// A line for each node that has interfaces, with `part` for each of them. A switch shows a loopback interface
// first, as Mininet's do.
std::string line_per_node(const Json& state, const std::string& after_name, const std::string& separator,
                          const std::string& loopback,
                          const std::function<std::string(const Json& interface)>& part) {
  std::string text;
  for (const Json& node : in_order(state)) {
    if (text_at(node, "kind") == "controller") continue;
    std::vector<std::string> parts;
    if (is_switch(node)) parts.push_back(loopback);
    for (const Json& interface : node.at("interfaces")) parts.push_back(part(interface));
    text += text_at(node, "name") + after_name + fmt::format("{}", fmt::join(parts, separator)) + "\n";
  }
  return text;
}

const char* class_name(const std::string& kind) {
  if (kind == "router") return "Router";
  if (kind == "switch") return "Switch";
  if (kind == "external-switch") return "ExternalSwitch";
  return kind == "controller" ? "Controller" : "Host";
}

std::string first_address(const Json& interface) {
  const Json& addresses = interface.at("addresses");
  if (addresses.empty()) return "None";
  const std::string address = addresses.front();
  return address.substr(0, address.find('/'));
}

int process_of(const Json& state, const Json& node, const std::function<int(const std::string&)>& pid_of) {
  const int shell = pid_of(text_at(node, "name"));
  if (shell != 0) return shell;
  return state.at("pids").at(is_switch(node) ? "switchd" : "init").get<int>();
}

}  // namespace

std::string format_nodes(const Json& state) {
  std::vector<std::string> names;
  for (const Json& node : state.at("nodes")) names.push_back(node.at("name"));
  std::sort(names.begin(), names.end());
  return fmt::format("available nodes are: \n{}\n", fmt::join(names, " "));
}

std::string format_net(const Json& state) {
  return line_per_node(state, " ", " ", "lo: ", [](const Json& interface) {
    const Json& peer = interface.at("peer");
    return text_at(interface, "name") + ":" + (peer.is_null() ? " " : text_at(peer, "interface"));
  });
}

std::string format_dump(const Json& state, const std::function<int(const std::string&)>& pid_of) {
  std::string text;
  for (const Json& node : in_order(state)) {
    std::vector<std::string> parts;
    if (is_switch(node)) parts.push_back("lo:127.0.0.1");
    for (const Json& interface : node.at("interfaces")) {
      parts.push_back(text_at(interface, "name") + ":" + first_address(interface));
    }
    text += fmt::format("<{} {}: {} pid={}> \n", class_name(text_at(node, "kind")), text_at(node, "name"),
                        fmt::join(parts, ","), process_of(state, node, pid_of));
  }
  return text;
}

std::string format_links(const Json& state) {
  const auto condition = [](const Json& end) {
    if (!end.at("present").get<bool>()) return "MISSING";
    return end.at("up").get<bool>() ? "OK" : "DOWN";
  };
  std::string text;
  for (const Json& link : state.at("links")) {
    const Json &a = link.at("a"), &b = link.at("b");
    text += fmt::format("{}<->{} ({} {}) \n", text_at(a, "interface"), text_at(b, "interface"), condition(a),
                        condition(b));
  }
  return text;
}

std::string format_intfs(const Json& state) {
  return line_per_node(state, ": ", ",", "lo",
                       [](const Json& interface) { return text_at(interface, "name"); });
}

std::string format_ports(const Json& state) {
  std::string text;
  for (const Json& node : in_order(state)) {
    if (!is_switch(node)) continue;
    text += text_at(node, "name") + " lo:0 ";
    for (const Json& interface : node.at("interfaces")) {
      text += fmt::format("{}:{} ", text_at(interface, "name"),
                          interface.at("port").is_null() ? "?" : interface.at("port").dump());
    }
    text += "\n";
  }
  return text;
}

}  // namespace flowbed
