#include "core/rpc/server.hh"

#include <algorithm>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "core/base/error.hh"
#include "core/base/log.hh"
#include "core/rpc/wire.hh"
#include "core/topo/json.hh"

namespace flowbed {
namespace {
constexpr Duration kAcceptPause = std::chrono::milliseconds(100);
}  // namespace

Server::Server(EventLoop& loop, Network& network, FileDescriptor listener, Options options)
    : loop_(loop), network_(network), listener_(std::move(listener)), options_(std::move(options)) {
  listen();
  network_.subscribe([this](const Json& event) { broadcast(event); });
}

void Server::add_owner(FileDescriptor socket) { add_client(std::move(socket), true); }

void Server::listen() {
  watch_ = loop_.watch(listener_.get(), EPOLLIN, [this](uint32_t) { accept_client(); });
}

void Server::stop_listening() {
  watch_.cancel();
  pause_.cancel();
  listener_.close();
}

void Server::accept_client() {
  FileDescriptor socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (socket) return add_client(std::move(socket), false);
  if (errno != EMFILE && errno != ENFILE) return;
  watch_.cancel();  // the client waits until a descriptor is free
  pause_ = loop_.after(kAcceptPause, [this] { listen(); });
}

void Server::add_client(FileDescriptor socket, bool owner) {
  Client* client = &clients_.emplace_back();
  client->owner = owner;
  RpcPeer::Handlers handlers;
  handlers.on_request = [this, client](RpcPeer::Request request, RpcPeer::Responder responder) {
    start_answer(*client, std::move(request), std::move(responder));
  };
  handlers.on_abandon = [client](const Json& id) { client->measurements.erase(id); };
  handlers.on_close = [this, client] { loop_.defer([this, client] { remove_client(client); }); };
  client->peer = std::make_unique<RpcPeer>(loop_, std::move(socket), std::move(handlers));
}

bool Server::breaks_off(const RpcPeer::Request& request) const {
  const Json& params = request.params;
  if (request.method != "call" || !params.is_object() || !params.contains("verb") ||
      !params["verb"].is_string())
    return false;
  const std::string asked = params["verb"];
  const std::vector<Verb> verbs = network_.verbs();
  return std::any_of(verbs.begin(), verbs.end(),
                     [&](const Verb& verb) { return verb.breaks_off && asked == verb.name; });
}

void Server::start_answer(Client& client, RpcPeer::Request request, RpcPeer::Responder responder) {
  const auto shared = std::make_shared<RpcPeer::Responder>(std::move(responder));
  const auto tell_fault = [shared](std::exception_ptr fault) {
    if (fault) shared->fail(fault);
  };
  if (!breaks_off(request)) return spawn(answer(std::move(request), shared), tell_fault);
  const Json id = request.id;
  client.measurements[id].start(answer(std::move(request), shared), [=, &client](std::exception_ptr fault) {
    tell_fault(fault);
    client.measurements.erase(id);
  });
}

void Server::remove_client(Client* client) {
  const bool owner = client->owner;
  clients_.remove_if([client](const Client& c) { return &c == client; });
  if (!owner || !options_.on_owner_gone) return;
  broadcast({{"event", "network-stopped"}, {"reason", "the shell that started it has gone"}});
  options_.on_owner_gone();
}

Task<void> Server::answer(RpcPeer::Request request, std::shared_ptr<RpcPeer::Responder> responder) {
  const std::string& method = request.method;
  Json& params = request.params;
  if (method == "hello") {
    VerbTable table;
    for (Verb& verb : network_.verbs()) table.add(std::move(verb));
    responder->ok({{"name", options_.name}, {"verbs", table.describe()}, {"warnings", options_.warnings}});
  } else if (method == "topology") {
    responder->ok(to_json(co_await network_.topology()));
  } else if (method == "apply") {
    co_await run_apply(std::move(params), *responder);
  } else if (method == "start_command") {
    auto started = co_await network_.start_command(command_from_wire(params, std::move(request.fds)));
    std::vector<FileDescriptor> fds;
    fds.push_back(std::move(started.pidfd));
    responder->ok({{"id", started.id}, {"pid", started.pid}}, std::move(fds));
  } else if (method == "signal_command") {
    co_await network_.signal_command(params.at("id"), params.at("signal"));
    responder->ok(Json::object());
  } else if (method == "call") {
    responder->ok(co_await network_.call(params.at("verb"), params.at("params")));
  } else if (method == "detach") {
    for (Client& client : clients_) client.owner = false;
    co_await network_.detach();
    responder->ok(Json::object());
  } else if (method == "stop") {
    co_await network_.stop();
    responder->ok(Json::object());
  } else {
    responder->fail(kMethodNotFound, "there is no method \"" + method + "\"");
  }
}

Task<void> Server::run_apply(Json params, RpcPeer::Responder& responder) {
  Topology wanted = topology_from_wire(params.at("topology"));
  const ApplyReport report = co_await network_.apply(std::move(wanted), params.value("dry_run", false));
  Json answer = {{"steps", report.steps}, {"seconds", report.seconds}};
  if (report.tree_seconds) answer["tree_seconds"] = *report.tree_seconds;
  responder.ok(std::move(answer));
}

void Server::broadcast(const Json& event) {
  for (Client& client : clients_) client.peer->notify("event", event);
}

}  // namespace flowbed
