// HostView: what a command in a host sees besides the network: its own mount and UTS namespace.
//
// The prompt says h1 (hostname); files of the machine have the host's own in their place (/etc/hosts, …);
// /sys shows the host's own interfaces and /proc the network's own processes, where the machine allows these
// mounts; private directories are the host's alone, and without root /run is, where daemons keep their
// sockets and process ids. Views are made when a host's first command runs, so an idle host costs none.
#pragma once

#include <string>
#include <vector>

#include "core/base/fd.hh"

namespace flowbed {

// `source` is seen in place of `target`.
struct PlacedFile {
  std::string source, target;
  bool optional = false;  // a machine without the target needs none
};

struct PrivateDirSpec {
  std::string path;
  std::string from;  // empty: a new one in memory
};

struct HostViewSpec {
  std::string hostname;
  int network_namespace = -1;
  std::vector<PlacedFile> files;
  std::vector<PrivateDirSpec> private_dirs;
  bool own_run = false;  // a /run of its own, in which only /run/user is the machine's
};

struct HostView {
  FileDescriptor mount_namespace;
  FileDescriptor uts_namespace;
  std::vector<std::string> warnings;  // what could not be had here
};

// Forks a helper that builds the view and ends. The caller's children must already be born in the network's
// PID namespace (for /proc). Throws Error if the namespaces themselves cannot be made.
HostView make_host_view(const HostViewSpec& spec);

}  // namespace flowbed
