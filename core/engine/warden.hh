// The warden: one small process of each network that stays outside its namespaces.
//
// The engine cannot act on the machine any more once it has entered its own namespaces, and cannot clean up
// after its own SIGKILL. So it forks the warden before: the warden maps the engine's ids where only an
// outside process may, opens the sockets by which switches and controllers on the machine meet, and keeps the
// record of what the kernel does not collect by itself (the control socket's file, control groups, the limits
// of the neighbour tables), which it undoes as soon as the engine has ended, however it ended.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/rpc_peer.hh"
#include "core/engine/cgroup_record.hh"
#include "core/engine/socket_request.hh"
#include "core/os/cgroup_place.hh"

namespace flowbed {

class Warden {
 public:
  // Forks the warden of the network `name`, which shares the record. `on_death`: the warden itself has ended.
  Warden(EventLoop& loop, const std::string& name, CgroupRecord& record, std::function<void()> on_death);

  bool map_id_range();  // for the calling process's user namespace; see core/os/user_namespace.hh
  // Makes the folders for the control groups of this network's hosts, wherever it may; nothing where it may
  // not. Throws Error.
  Task<std::vector<CgroupPlace>> prepare_cgroups();
  // A TCP socket in the machine's own network; see core/base/tcp_socket.hh.
  Task<FileDescriptor> open_socket(SocketRequest wanted);
  int pid() const { return pid_; }

 private:
  int pid_ = 0;
  std::unique_ptr<RpcPeer> peer_;
};

}  // namespace flowbed
