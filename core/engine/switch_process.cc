#include "core/engine/switch_process.hh"

#include <algorithm>

#include "core/base/error.hh"
#include "core/base/tcp_socket.hh"
#include "core/base/udp_socket.hh"
#include "core/topo/controllers.hh"

namespace flowbed {
namespace {

using namespace std::chrono_literals;

// Spanning tree is at rest when no port is under way to another state, and none has got there for this long:
// what one switch has said the others may not have heard yet.
constexpr Duration kTreeQuiet = 50ms, kTreePause = 5ms;

std::string target_of(const ControllerTarget& controller) {
  const std::string scheme = controller.tls ? "ssl:" : "tcp:";
  if (controller.port) return scheme + socket_name(controller.address, *controller.port);
  const std::string address = controller.address.to_string();
  return scheme + (controller.address.v6 ? "[" + address + "]" : address);
}

// Tools connect within the fabric (a switch's commands run there) and from the machine.
Json channels_to_wire(const BridgeConfig& bridge) {
  Json wire = Json::object();
  for (const ControllerTarget& controller : bridge.controllers)
    wire["controllers"].push_back(
        {{"name", controller.name}, {"target", target_of(controller)}, {"place", controller.place}});
  if (bridge.listen_port) {
    const std::string target =
        (bridge.listens_under_tls ? "pssl:" : "ptcp:") + std::to_string(*bridge.listen_port);
    for (const std::string_view place : {kFabric, kMachine})
      wire["listen"].push_back({{"target", target}, {"place", place}});
  }
  if (!bridge.protocols.empty()) wire["protocols"] = bridge.protocols;
  return wire;
}

Json to_wire(const SflowExport& sflow) {
  return {{"sampling", sflow.sampling}, {"header", sflow.header}, {"polling", sflow.polling}};
}
Json to_wire(const NetflowExport& netflow) {
  return {{"active_timeout", netflow.active_timeout},
          {"idle_timeout", netflow.idle_timeout},
          {"add_id_to_interface", netflow.add_id_to_interface}};
}
Json to_wire(const IpfixExport& ipfix) {
  return {{"active_timeout", ipfix.active_timeout},
          {"idle_timeout", ipfix.idle_timeout},
          {"domain", ipfix.domain},
          {"point", ipfix.point}};
}

std::string place_of(const ExportTargets& to) { return to.place.empty() ? std::string(kMachine) : to.place; }

Json exports_to_wire(const FlowExports& exports) {
  Json wire = Json::object();
  for_each_export(exports, [&]<class Export>(const char* name, const Export& given) {
    if (!given.is_on()) return;
    wire[name] = to_wire(given);
    wire[name]["place"] = place_of(given);
    for (const std::string& target : given.targets)
      wire[name]["targets"].push_back(parse_udp_target(target, Export::kPort).value().to_string());
  });
  return wire;
}

// Whether some export has this collector.
bool sends_to(const FlowExports& exports, const SocketRequest& wanted) {
  bool found = false;
  for_each_export(exports, [&]<class Export>(const char*, const Export& given) {
    found |= place_of(given) == wanted.place && std::ranges::any_of(given.targets, [&](const auto& target) {
               return parse_udp_target(target, Export::kPort) == UdpTarget{wanted.address, wanted.port};
             });
  });
  return found;
}

Json to_wire(const BridgeState& bridge) {
  Json ports = Json::array();
  for (const BridgePort& port : bridge.config.ports) {
    const auto index = bridge.ifindexes.find(port.interface);
    Json entry = {{"number", port.number},
                  {"interface", port.interface},
                  {"name", port.name},
                  {"ifindex", index == bridge.ifindexes.end() ? 0 : index->second}};
    if (!port.trunks.empty()) entry["trunks"] = port.trunks;
    if (port.vlan) entry["vlan"] = *port.vlan;
    if (!port.peer.empty()) entry["peer"] = port.peer;
    if (port.is_emulated) entry["emulated"] = true;
    if (port.rate) entry["rate"] = *port.rate;
    ports.push_back(std::move(entry));
  }
  Json mirrors = Json::array();
  for (const Mirror& mirror : bridge.config.mirrors) {
    mirrors.push_back({{"ports", mirror.ports}, {"direction", mirror.direction}, {"output", mirror.output}});
  }
  Json wire = {{"name", bridge.config.name},
               {"dpid", bridge.config.dpid},
               {"mac_ageing", bridge.config.mac_ageing},
               {"ports", std::move(ports)},
               {"mirrors", std::move(mirrors)}};
  wire["fail_mode"] = bridge.config.fails_open ? "standalone" : "secure";
  wire["openflow"] = channels_to_wire(bridge.config);
  if (bridge.config.exports.is_on()) wire["exports"] = exports_to_wire(bridge.config.exports);
  if (bridge.config.stp) wire["stp"] = {{"priority", bridge.config.stp_priority}};
  return wire;
}

bool is_loopback(const IpAddress& address) {
  return address == *IpAddress::parse("127.0.0.1") || address == *IpAddress::parse("::1");
}

}  // namespace

SwitchProcess::SwitchProcess(EventLoop& loop, ChannelSockets& sockets, const ForwardingOptions& forwarding,
                             ServedProcess::Warn warn)
    : loop_(loop), sockets_(sockets), process_(loop, role(forwarding), std::move(warn)) {
  process_.start();
}

ServedProcess::Role SwitchProcess::role(const ForwardingOptions& forwarding) {
  return {.name = "switchd",
          .loss = "the switches stay off",
          .recovery = "all switches are back",
          .arguments = forwarding.arguments(),
          .on_request =
              [this](RpcPeer::Request request, RpcPeer::Responder responder) {
                spawn(open_socket(std::move(request), std::move(responder)));
              },
          .on_notification =
              [this](const std::string& method, const Json& params) {
                if (method == "program") programs_[params.at("name")] = params.at("program");
              },
          .tell_everything = [this] { return tell_everything(); }};
}

// Only for a controller, a listener or a collector of some switch: more is none of switchd's business.
// switchd may run what a packet made of it: it gets what the topology names, and nothing else.
bool SwitchProcess::may_have(const SocketRequest& wanted) const {
  return std::ranges::any_of(bridges_, [&](const auto& entry) {
    const BridgeConfig& bridge = entry.second.config;
    if (wanted.kind == SocketRequest::Kind::kSend) return sends_to(bridge.exports, wanted);
    if (wanted.kind == SocketRequest::Kind::kListen)
      return bridge.listen_port == wanted.port && is_loopback(wanted.address) &&
             (wanted.place == kFabric || wanted.place == kMachine);
    return std::ranges::any_of(bridge.controllers, [&](const ControllerTarget& c) {
      return c.place == wanted.place && c.address == wanted.address &&
             (c.port ? *c.port == wanted.port
                     : wanted.port == kOpenFlowPort || wanted.port == kOldOpenFlowPort);
    });
  });
}

Task<void> SwitchProcess::open_socket(RpcPeer::Request request, RpcPeer::Responder responder) {
  try {
    SocketRequest wanted = socket_request(request.method, request.params);
    if (!may_have(wanted)) throw Error("no switch has such a channel");
    std::vector<FileDescriptor> sockets;
    sockets.push_back(co_await sockets_.open(std::move(wanted)));
    responder.ok(Json::object(), std::move(sockets));
  } catch (const std::exception& fault) {
    responder.fail(kFault, fault.what());
  }
}

Task<void> SwitchProcess::tell_everything() {
  co_await process_.peer().call("tls.put", identity_);
  std::vector<std::string> names;
  for (const auto& [name, bridge] : bridges_) names.push_back(name);
  // What the new one reports of a bridge that it has not been given its program yet is not what it shall
  // have.
  const std::map<std::string, Json> programs = programs_;
  for (const std::string& name : names) {
    if (bridges_.contains(name)) co_await put_bridge(bridges_.at(name));
    if (bridges_.contains(name) && !bridges_.at(name).running) co_await set_running(name, false);
    if (bridges_.contains(name)) co_await restore_program(name, programs);
  }
}

Task<void> SwitchProcess::restore_program(std::string name, const std::map<std::string, Json>& programs) {
  const auto found = programs.find(name);
  if (found == programs.end() || found->second.is_null()) co_return;
  Json params = {{"name", name}, {"program", found->second}};
  co_await process_.peer().call("bridge.program", std::move(params));
}

Task<void> SwitchProcess::learn_verbs() {
  try {
    const RpcResult result = co_await process_.peer().call("verbs", Json::object());
    verbs_ = verbs_from_description(result.value);
  } catch (const Error& fault) {
    if (!process_.last_words().empty()) throw Error("switchd cannot run: " + process_.last_words());
    throw Error(std::string("switchd does not answer: ") + fault.what() + "; FLOWBED_DEBUG=1 shows its log");
  }
}

Task<Json> SwitchProcess::describe_datapath() {
  RpcResult result = co_await process_.peer().call("datapath", Json::object());
  co_return std::move(result.value);
}

Task<void> SwitchProcess::identify(Json identity, bool only_check) {
  co_await process_.peer().call(only_check ? "tls.check" : "tls.put", identity);
  if (!only_check) identity_ = std::move(identity);
}

Task<void> SwitchProcess::put_bridge(BridgeState bridge) {
  Json params = to_wire(bridge);
  if (const auto old = bridges_.find(bridge.config.name); old != bridges_.end())
    bridge.running = old->second.running;
  bridges_[bridge.config.name] = std::move(bridge);
  co_await process_.peer().call("bridge.put", std::move(params));
}

Task<void> SwitchProcess::remove_bridge(std::string name) {
  Json params = {{"name", name}};
  co_await process_.peer().call("bridge.remove", std::move(params));
  bridges_.erase(name);
  programs_.erase(name);
}

Task<void> SwitchProcess::set_running(std::string name, bool on) {
  bridges_.at(name).running = on;
  Json params = {{"name", name}, {"on", on}};
  co_await process_.peer().call("bridge.running", std::move(params));
}

bool SwitchProcess::is_running(const std::string& name) const {
  const auto bridge = bridges_.find(name);
  return bridge != bridges_.end() && bridge->second.running;
}

Task<void> SwitchProcess::refresh_links() { co_await process_.peer().call("links.refresh", Json::object()); }

Task<bool> SwitchProcess::is_connecting(bool or_waiting) {
  const RpcResult result = co_await process_.peer().call("channels", Json::object());
  co_return result.value.at("connecting").get<size_t>() > 0 || result.value.at("opening").get<size_t>() > 0 ||
      (or_waiting && result.value.at("waiting").get<size_t>() > 0);
}

Task<std::vector<std::string>> SwitchProcess::settle_trees(Duration at_most) {
  const TimePoint start = monotonic_now();
  TimePoint quiet_since = start;
  uint64_t changes = 0;
  while (true) {
    const RpcResult result = co_await process_.peer().call("trees.settled", Json::object());
    const TimePoint now = monotonic_now();
    std::vector<std::string> waiting = result.value.at("waiting");
    const uint64_t changes_before = std::exchange(changes, result.value.at("changes").get<uint64_t>());
    if (changes != changes_before || !waiting.empty()) quiet_since = now;
    if (now - quiet_since >= kTreeQuiet || now - start >= at_most) co_return waiting;
    co_await sleep_for(loop_, kTreePause);
  }
}

Task<Json> SwitchProcess::call(std::string verb, Json params) {
  Json request = {{"verb", std::move(verb)}, {"params", std::move(params)}};
  RpcResult result = co_await process_.peer().call("call", std::move(request));
  co_return std::move(result.value);
}

}  // namespace flowbed
