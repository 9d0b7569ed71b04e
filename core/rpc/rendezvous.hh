// Where running networks are found: one control socket a network, in a directory of the user's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/fd.hh"

namespace flowbed {

// $XDG_RUNTIME_DIR/flowbed; /run/flowbed for root; else /tmp/flowbed-UID. Made with mode 0700 if it is
// missing; throws Error if it belongs to somebody else.
std::string runtime_directory();
std::string control_socket_path(const std::string& network, const std::string& directory);

// That directory, held open: `path` leads there also from a namespace that shows something else in its place.
class RuntimeFolder {
 public:
  RuntimeFolder();
  int fd() const { return folder_.get(); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd()); }

 private:
  FileDescriptor folder_;
};

// A listening socket of mode 0600 for `network`. Throws Error if a network of that name runs. A dead one's
// socket file is replaced.
FileDescriptor listen_for_clients(const std::string& network, const std::string& directory);
// Removes the socket file of `network` if there is one on which nobody listens. False: somebody does.
bool remove_dead_socket(const std::string& network, const std::string& directory);
// The file of a network's control socket, removed at the end of this object or before, and only if it is
// still the one that was there at construction, not that of a later network of the same name.
class ControlSocketFile {
 public:
  ControlSocketFile(const std::string& network, const std::string& directory);
  ControlSocketFile(const ControlSocketFile&) = delete;
  ControlSocketFile& operator=(const ControlSocketFile&) = delete;
  ~ControlSocketFile() { remove(); }
  void remove() noexcept;

 private:
  struct Identity {
    uint64_t inode;
    int64_t seconds, nanoseconds;
    bool operator==(const Identity&) const = default;
  };
  std::optional<Identity> identify() const noexcept;

  FileDescriptor folder_;
  std::string name_;
  std::optional<Identity> identity_;
};

FileDescriptor connect_to_network(const std::string& network);  // throws Error naming the networks that run

std::vector<std::string> running_networks();  // sorted; sockets nobody listens on are left out

// Letters, digits, "-", "_" and ".", at most 32, not starting with "." or "-". Throws Error otherwise.
void check_network_name(const std::string& name);

}  // namespace flowbed
