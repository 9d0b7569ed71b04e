// ChannelSockets: opens sockets wherever a controller or a collector may be: on the machine (which the warden
// does), in the fabric, or in a host.
#pragma once

#include "core/base/fd.hh"
#include "core/base/task.hh"
#include "core/engine/socket_request.hh"
#include "core/os/kernel.hh"

namespace flowbed {

class Warden;

class ChannelSockets {
 public:
  ChannelSockets(Warden& warden, Kernel& kernel) : warden_(warden), kernel_(kernel) {}

  Task<FileDescriptor> open(SocketRequest wanted);  // throws Error

 private:
  Warden& warden_;
  Kernel& kernel_;
};

}  // namespace flowbed
