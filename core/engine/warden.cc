#include "core/engine/warden.hh"

#include <csignal>
#include <thread>

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/os/cgroup_network.hh"
#include "core/os/delegated_cgroups.hh"
#include "core/os/neighbour_limit.hh"
#include "core/os/process.hh"
#include "core/os/user_namespace.hh"
#include "core/rpc/rendezvous.hh"

namespace flowbed {
namespace {

using namespace std::chrono_literals;

constexpr Duration kStragglerTime = 1s, kStragglerPause = 5ms;

Json to_wire(const std::vector<CgroupPlace>& places) {
  Json list = Json::array();
  for (const CgroupPlace& place : places) {
    list.push_back({{"version", place.version},
                    {"folder", place.folder},
                    {"controllers", to_string(place.controllers)}});
  }
  return list;
}

std::vector<CgroupPlace> places_from_wire(const Json& list) {
  std::vector<CgroupPlace> places;
  for (const Json& place : list) {
    places.push_back({place.at("version"), place.at("folder"),
                      parse_controllers(place.at("controllers").get<std::string>())});
  }
  return places;
}

// The process itself: what it can be asked for, and what it has to undo.
class WardenProcess {
 public:
  WardenProcess(const std::string& network, int engine_pid, CgroupRecord& record)
      : network_(network), engine_pid_(engine_pid), record_(record) {}

  void answer(const RpcPeer::Request& request, RpcPeer::Responder responder) {
    try {
      if (request.method.starts_with("socket.")) return answer_with_socket(request, responder);
      responder.ok(carry_out(request.method));
    } catch (const std::exception& fault) {
      responder.fail(kFault, fault.what());
    }
  }

  // Whatever fails, the rest is done.
  void clean_up() {
    if (has_machine_privileges()) NeighbourLimit().release(engine_name_);
    std::vector<std::string> folders;
    for (const CgroupPlace& place : cgroups_) folders.push_back(place.folder);
    remove_network_cgroups_soon(folders);
    remove_socket();
  }

 private:
  static void answer_with_socket(const RpcPeer::Request& request, RpcPeer::Responder& responder) {
    std::vector<FileDescriptor> sockets;
    sockets.push_back(open_here(socket_request(request.method, request.params)));
    responder.ok(Json::object(), std::move(sockets));
  }

  // A process that the engine was just about to start may hold the socket for a moment longer. Who listens
  // after that is another engine that has taken the name.
  void remove_socket() const {
    const TimePoint give_up = monotonic_now() + kStragglerTime;
    try {
      while (!remove_dead_socket(network_, runtime_directory()) && monotonic_now() < give_up)
        std::this_thread::sleep_for(kStragglerPause);
    } catch (const Error&) {
      // its folder is gone, or nobody's to enter any more
    }
  }

  Json carry_out(const std::string& method) {
    if (method == "map_id_range") return {{"mapped", map_id_range(engine_pid_)}};
    if (method == "prepare_cgroups") return {{"places", to_wire(prepare_cgroups())}};
    throw Error("the warden knows no " + method);
  }

  const std::vector<CgroupPlace>& prepare_cgroups() {
    if (cgroups_.empty())
      cgroups_ = make_network_cgroups(obtain_cgroup_places(network_, {engine_pid_, getpid()}), network_,
                                      engine_pid_, [this](const auto& folders) { record_.enter(folders); });
    return cgroups_;
  }

  const std::string network_;
  const int engine_pid_;
  CgroupRecord& record_;
  std::vector<CgroupPlace> cgroups_;
  const std::string engine_name_ = process_name(engine_pid_);
};

[[noreturn]] void run_warden(FileDescriptor socket, const FileDescriptor& engine, int engine_pid,
                             const std::string& name, CgroupRecord& record) {
  prctl(PR_SET_NAME, "flowbed-warden");
  setsid();
  leave_directory();
  std::signal(SIGPIPE, SIG_IGN);
  close_all_except({socket.get(), engine.get(), record.fd()});
  WardenProcess warden(name, engine_pid, record);
  EventLoop loop;
  RpcPeer::Handlers handlers;
  handlers.on_request = [&](const RpcPeer::Request& request, RpcPeer::Responder responder) {
    warden.answer(request, std::move(responder));
  };
  RpcPeer peer(loop, std::move(socket), std::move(handlers));
  const auto watch = loop.watch(engine.get(), EPOLLIN, [&](uint32_t) { loop.stop(); });
  loop.run();
  warden.clean_up();
  _exit(0);
}

}  // namespace

Warden::Warden(EventLoop& loop, const std::string& name, CgroupRecord& record,
               std::function<void()> on_death) {
  FdPair sockets = make_socket_pair();
  const int engine_pid = getpid();
  const FileDescriptor engine = open_pidfd(engine_pid);
  pid_ = check_syscall("fork the warden", fork());
  if (pid_ == 0) {
    try {
      run_warden(std::move(sockets.second), engine, engine_pid, name, record);
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

Task<std::vector<CgroupPlace>> Warden::prepare_cgroups() {
  const RpcResult answer = co_await peer_->call("prepare_cgroups", Json::object());
  co_return places_from_wire(answer.value.at("places"));
}

Task<FileDescriptor> Warden::open_socket(SocketRequest wanted) {
  RpcResult answer = co_await peer_->call(method_of(wanted), to_wire(wanted));
  if (answer.fds.size() != 1) throw Error("the warden gave no socket");
  co_return std::move(answer.fds.front());
}

}  // namespace flowbed
