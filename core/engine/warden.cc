#include "core/engine/warden.hh"

#include <csignal>

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/os/user_namespace.hh"
#include "core/rpc/rendezvous.hh"

namespace flowbed {
namespace {

[[noreturn]] void run_warden(FileDescriptor socket, const FileDescriptor& engine, int engine_pid,
                             const std::string& name) {
  prctl(PR_SET_NAME, "flowbed-warden");
  setsid();
  std::signal(SIGPIPE, SIG_IGN);
  close_all_except({socket.get(), engine.get()});
  EventLoop loop;
  RpcPeer::Handlers handlers;
  handlers.on_request = [&](const RpcPeer::Request& request, RpcPeer::Responder responder) {
    if (request.method != "map_id_range") return responder.fail(kMethodNotFound, request.method);
    responder.ok({{"mapped", map_id_range(engine_pid)}});
  };
  RpcPeer peer(loop, std::move(socket), std::move(handlers));
  const auto watch = loop.watch(engine.get(), EPOLLIN, [&](uint32_t) { loop.stop(); });
  loop.run();
  remove_dead_socket(name);
  _exit(0);
}

}  // namespace

Warden::Warden(EventLoop& loop, const std::string& name, std::function<void()> on_death) {
  FdPair sockets = make_socket_pair();
  const int engine_pid = getpid();
  const FileDescriptor engine = open_pidfd(engine_pid);
  pid_ = check_syscall("fork the warden", fork());
  if (pid_ == 0) {
    try {
      run_warden(std::move(sockets.second), engine, engine_pid, name);
    } catch (...) {
      _exit(1);  // never a second engine
    }
  }
  RpcPeer::Handlers handlers;
  handlers.on_close = std::move(on_death);
  peer_ = std::make_unique<RpcPeer>(loop, std::move(sockets.first), std::move(handlers));
}

bool Warden::map_id_range() {
  return peer_->call_and_wait("map_id_range", Json::object()).value.at("mapped");
}

}  // namespace flowbed
