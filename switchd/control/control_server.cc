#include "switchd/control/control_server.hh"

#include "core/base/error.hh"
#include "core/base/log.hh"
#include "switchd/control/bridge_json.hh"
#include "switchd/control/channels_json.hh"
#include "switchd/control/exports_json.hh"
#include "switchd/control/program_record.hh"
#include "switchd/control/switch_verb.hh"
#include "switchd/control/switch_verbs.hh"
#include "switchd/control/verb_controllers.hh"
#include "switchd/control/verb_exports.hh"

namespace flowbed::sw {
namespace {

std::string string_param(const Json& params, const char* name) {
  if (!params.contains(name) || !params.at(name).is_string()) throw Error(std::string(name) + " is missing");
  return params.at(name);
}

}  // namespace

ControlServer::ControlServer(EventLoop& loop, FileDescriptor socket, SlowPath& slow_path, LinkSource links,
                             std::function<void()> on_close)
    : slow_path_(slow_path),
      links_(std::move(links)),
      verbs_(switch_verbs(slow_path)),
      peer_(loop, std::move(socket),
            {.on_request = [this](auto request,
                                  auto responder) { handle(std::move(request), std::move(responder)); },
             .on_notification = {},
             .on_close = std::move(on_close)}),
      programs_({.report =
                     [this](const auto& bridge, Json program) {
                       peer_.notify("program", {{"name", bridge}, {"program", std::move(program)}});
                     },
                 .warn = [this](const auto& cause, const auto& message) { warn(cause, message); }}),
      sockets_(peer_),
      channels_(loop, slow_path, sockets_,
                [this](const auto& cause, const auto& message) { warn(cause, message); }),
      exports_(loop, slow_path, sockets_) {
  verbs_.add({"controllers",
              {switch_parameter()},
              "Show whom the switch speaks OpenFlow with.",
              switch_handler(slow_path_, [this](const Bridge& bridge, const Json&) {
                return describe_controllers(channels_.find(bridge.config.name));
              })});
  verbs_.add({"exports",
              {switch_parameter()},
              "Show what the switch tells collectors of sFlow, NetFlow and IPFIX.",
              switch_handler(slow_path_, [this](const Bridge& bridge, const Json&) {
                return describe_exports(exports_.find(bridge));
              })});
  slow_path_.set_warning_handler([this](const auto& cause, const auto& message) { warn(cause, message); });
}

void ControlServer::handle(RpcPeer::Request request, RpcPeer::Responder responder) {
  const std::string& method = request.method;
  if (method == "bridge.put") return run(&ControlServer::put_bridge, request.params, std::move(responder));
  if (method == "bridge.remove")
    return run(&ControlServer::remove_bridge, request.params, std::move(responder));
  if (method == "bridge.program")
    return run(&ControlServer::set_program, request.params, std::move(responder));
  if (method == "bridge.running")
    return run(&ControlServer::set_running, request.params, std::move(responder));
  if (method == "tls.put") return run(&ControlServer::put_tls, request.params, std::move(responder));
  if (method == "tls.check") return run(&ControlServer::check_tls, request.params, std::move(responder));
  if (method == "links.refresh")
    return run(&ControlServer::refresh_links, request.params, std::move(responder));
  if (method == "channels") return responder.ok(describe_channels());
  if (method == "trees.settled") return responder.ok(describe_settling());
  if (method == "datapath") return responder.ok({{"kind", slow_path_.datapath().kind()}});
  if (method == "verbs") return responder.ok(verbs_.describe());
  if (method == "call") return spawn(call_verb(std::move(request.params), std::move(responder)));
  responder.fail(kMethodNotFound, "switchd has no method \"" + method + "\"");
}

void ControlServer::run(Method method, const Json& params, RpcPeer::Responder responder) {
  try {
    (this->*method)(params);
    responder.ok(Json::object());
  } catch (const Error& fault) {
    responder.fail(kFault, fault.what());
  }
}

Task<void> ControlServer::call_verb(Json params, RpcPeer::Responder responder) {
  try {
    const std::string verb = string_param(params, "verb");
    const Json verb_params = params.value("params", Json::object());
    Json answer = co_await verbs_.call(verb, verb_params);
    report_program(verb_params);
    responder.ok(std::move(answer));
  } catch (const Error& fault) {
    responder.fail(kFault, fault.what());
  }
}

void ControlServer::put_bridge(const Json& params) {
  BridgeConfig bridge = bridge_from_json(params);
  const auto openflow = channels_from_json(params.value("openflow", Json::object()));
  const ExportConfig exports = exports_from_json(params.value("exports", Json::object()));
  bridge.monitor = exports.monitor();
  const bool is_new = slow_path_.bridges().find(bridge.name) == nullptr;
  const bool failed_open = slow_path_.fails_open(bridge.name);
  try {
    slow_path_.put_bridge(bridge, links_());
  } catch (...) {
    channels_.remove(bridge.name);  // the bridge has gone
    throw;
  }
  exports_.put(bridge.name, exports);
  channels_.put(bridge.name, openflow);
  if (!is_new && failed_open != slow_path_.fails_open(bridge.name)) channels_.fail_mode_changed(bridge.name);
}

void ControlServer::remove_bridge(const Json& params) {
  const std::string name = string_param(params, "name");
  channels_.remove(name);
  exports_.remove(name);
  slow_path_.remove_bridge(name);
}

void ControlServer::put_tls(const Json& params) { channels_.identify(tls_from_json(params)); }

void ControlServer::check_tls(const Json& params) { tls_from_json(params); }

void ControlServer::set_program(const Json& params) {
  const std::string name = string_param(params, "name");
  Bridge* bridge = slow_path_.bridges().find(name);
  if (!bridge) throw Error("there is no switch " + name + " to be given a program; put it first");
  restore_program(slow_path_, *bridge, params.at("program"), monotonic_now());
}

// Of the switch that a verb was about, before that is answered: what a person was told is done must stay.
void ControlServer::report_program(const Json& verb_params) {
  const auto name = verb_params.find("switch");
  const Bridge* bridge = name != verb_params.end() && name->is_string()
                             ? slow_path_.bridges().find(name->get<std::string>())
                             : nullptr;
  if (bridge) programs_.report(*bridge);
}

void ControlServer::tick(TimePoint now) {
  channels_.tick(now);
  exports_.tick(now);
  programs_.report(slow_path_.bridges());
}

void ControlServer::set_running(const Json& params) {
  const std::string name = string_param(params, "name");
  if (!params.contains("on") || !params.at("on").is_boolean())
    throw Error("bridge.running: on is not true or false");
  slow_path_.set_running(name, params.at("on"));
}

// What the asker has just changed in the kernel counts from now on.
void ControlServer::refresh_links(const Json&) { links_(); }

// With the links as the kernel has them now: what the asker has just changed counts.
Json ControlServer::describe_settling() {
  links_();
  return {{"waiting", ports_in_transition(slow_path_.bridges())}, {"changes", slow_path_.tree_changes()}};
}

Json ControlServer::describe_channels() const {
  using ofp::ControllerLink, ofp::Listener;
  return {{"connecting", channels_.count(ControllerLink::State::kConnecting)},
          {"waiting", channels_.count(ControllerLink::State::kWaiting)},
          {"opening", channels_.count(Listener::State::kOpening)}};
}

void ControlServer::warn(const std::string& cause, const std::string& message) {
  if (!limiter_.allows(cause, monotonic_now())) return;
  spdlog::debug("warning: {}", message);  // the engine tells people
  peer_.notify("warning", {{"message", message}});
}

}  // namespace flowbed::sw
