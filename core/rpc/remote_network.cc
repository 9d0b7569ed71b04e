#include "core/rpc/remote_network.hh"

#include <sys/wait.h>

#include "core/base/error.hh"
#include "core/rpc/engine_process.hh"
#include "core/rpc/rendezvous.hh"
#include "core/rpc/wire.hh"
#include "core/topo/json.hh"

namespace flowbed {

namespace {
constexpr Duration kEndPause = std::chrono::milliseconds(1);
}  // namespace

std::unique_ptr<RemoteNetwork> RemoteNetwork::launch(EventLoop& loop, const std::string& name,
                                                     const ForwardingOptions& forwarding) {
  check_network_name(name);
  EngineProcess engine = start_engine(name, forwarding);
  std::unique_ptr<RemoteNetwork> network(new RemoteNetwork(loop, name, std::move(engine.socket), engine.pid));
  network->greet();
  return network;
}

std::unique_ptr<RemoteNetwork> RemoteNetwork::attach(EventLoop& loop, const std::string& name) {
  std::unique_ptr<RemoteNetwork> network(new RemoteNetwork(loop, name, connect_to_network(name), 0));
  network->greet();
  return network;
}

RemoteNetwork::RemoteNetwork(EventLoop& loop, std::string name, FileDescriptor socket, int engine_pid)
    : loop_(loop), name_(std::move(name)), engine_pid_(engine_pid) {
  RpcPeer::Handlers handlers;
  handlers.on_notification = [this](const std::string& method, const Json& params) {
    on_notification(method, params);
  };
  handlers.on_close = [this] {
    if (on_event_) on_event_({{"event", "network-stopped"}, {"reason", "its engine was killed"}});
  };
  peer_ = std::make_unique<RpcPeer>(loop, std::move(socket), std::move(handlers));
}

RemoteNetwork::~RemoteNetwork() {
  peer_.reset();
  if (engine_pid_ > 0) waitpid(engine_pid_, nullptr, 0);
}

void RemoteNetwork::greet() {
  try {
    const Json hello = peer_->call_and_wait("hello", Json::object()).value;
    verbs_ = verbs_from_description(hello.at("verbs"));
    hello.at("warnings").get_to(warnings_);
  } catch (const Error&) {
    if (!failure_.empty()) throw Error(failure_);
    throw;
  }
}

void RemoteNetwork::on_notification(const std::string& method, const Json& params) {
  if (method == "failed") failure_ = params.value("message", "the engine could not start");
  if (method == "event" && on_event_) on_event_(params);
}

Task<Topology> RemoteNetwork::topology() {
  co_return topology_from_wire((co_await peer_->call("topology", Json::object())).value);
}

Task<ApplyReport> RemoteNetwork::apply(Topology wanted, bool dry_run) {
  Json params = {{"topology", to_json(wanted)}, {"dry_run", dry_run}};
  const Json report = (co_await peer_->call("apply", std::move(params))).value;
  ApplyReport done{report.at("steps"), report.at("seconds")};
  if (report.contains("tree_seconds")) done.tree_seconds = report.at("tree_seconds").get<double>();
  co_return done;
}

Task<StartedCommand> RemoteNetwork::start_command(CommandRequest request) {
  Json params = to_wire(request);
  RpcResult result = co_await peer_->call("start_command", std::move(params), std::move(request.fds));
  if (result.fds.empty()) throw Error("the engine sent no process descriptor");
  co_return StartedCommand{result.value.at("id"), result.value.at("pid"), std::move(result.fds[0])};
}

Task<void> RemoteNetwork::signal_command(uint64_t id, int signal) {
  Json params = {{"id", id}, {"signal", signal}};
  co_await peer_->call("signal_command", std::move(params));
}

Task<Json> RemoteNetwork::call(std::string verb, Json params) {
  Json request = {{"verb", std::move(verb)}, {"params", std::move(params)}};
  RpcResult result = co_await peer_->call("call", std::move(request));
  co_return std::move(result.value);
}

Task<void> RemoteNetwork::detach() {
  co_await peer_->call("detach", Json::object());
  engine_pid_ = 0;
}

// The engine answers that it will, and closes the connection when all is gone.
Task<void> RemoteNetwork::stop() {
  co_await peer_->call("stop", Json::object());
  while (!peer_->closed()) co_await sleep_for(loop_, kEndPause);
}

}  // namespace flowbed
