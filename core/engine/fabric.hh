// Entering the fabric: how the engine leaves the machine for its network's own namespaces.
#pragma once

#include <string>

#include "core/engine/warden.hh"
#include "core/os/user_namespace.hh"

namespace flowbed {

// Moves the calling, single-threaded process into a user namespace (unless it has the machine's privileges),
// and a network, mount and IPC namespace. `private_folder` becomes an empty file system in memory that only
// this network sees. Throws Error with the remedy where the machine refuses.
IdMode enter_fabric(Warden& warden, const std::string& private_folder);

}  // namespace flowbed
