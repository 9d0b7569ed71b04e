#include "core/rpc/rendezvous.hh"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

constexpr const char* kSuffix = ".sock";

// After su, the environment may still name the folder of another user.
bool is_own_folder(const char* path) {
  struct stat status {};
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
         access(path, W_OK) == 0;
}

std::string choose_directory() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && *runtime == '/' && is_own_folder(runtime))
    return std::string(runtime) + "/flowbed";
  if (geteuid() == 0) return "/run/flowbed";
  return "/tmp/flowbed-" + std::to_string(geteuid());
}

sockaddr_un socket_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw Error("the path " + path + " is too long for a socket");
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

constexpr timeval kPatience{.tv_sec = 5, .tv_usec = 0};

FileDescriptor new_socket() {
  return FileDescriptor(check_syscall("open a Unix socket", socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)));
}

// Connects, waiting up to kPatience for an engine that is busy. Without success errno tells why.
FileDescriptor try_connect(const std::string& network) {
  FileDescriptor fd = new_socket();
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  const sockaddr_un address = socket_address(control_socket_path(network, runtime_directory()));
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) fd.close();
  return fd;
}

// An engine that does not answer is there all the same: the kernel says EAGAIN for a full queue, at once.
bool is_listened_on(const std::string& path) {
  const FileDescriptor fd = new_socket();
  set_nonblocking(fd.get());
  const sockaddr_un address = socket_address(path);
  return connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
         errno == EAGAIN;
}

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

std::string runtime_directory() {
  const std::string directory = choose_directory();
  if (mkdir(directory.c_str(), 0700) < 0 && errno != EEXIST) throw SystemError("make " + directory, errno);
  struct stat status {};
  check_syscall("look at " + directory, lstat(directory.c_str(), &status));
  if (!S_ISDIR(status.st_mode) || status.st_uid != geteuid()) {
    throw Error(directory + " belongs to somebody else; set XDG_RUNTIME_DIR to a directory of yours");
  }
  return directory;
}

std::string control_socket_path(const std::string& network, const std::string& directory) {
  return directory + "/" + network + kSuffix;
}

FileDescriptor listen_for_clients(const std::string& network, const std::string& directory) {
  check_network_name(network);
  // Only one process at a time finds out whether a socket file is dead.
  const FileDescriptor lock = open_file(directory, O_RDONLY | O_DIRECTORY);
  check_syscall("lock " + directory, flock(lock.get(), LOCK_EX));
  const std::string path = control_socket_path(network, directory);
  if (is_listened_on(path)) {
    throw Error("a network named " + network + " is running; choose another --name, or use: flowbed attach " +
                network);
  }
  unlink(path.c_str());
  FileDescriptor fd = new_socket();
  const sockaddr_un address = socket_address(path);
  const mode_t before = umask(0177);
  const int rv = bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  umask(before);
  check_syscall("make the control socket " + path, rv);
  check_syscall("listen on " + path, listen(fd.get(), 16));
  return fd;
}

bool remove_dead_socket(const std::string& network, const std::string& directory) {
  const FileDescriptor lock = open_file(directory, O_RDONLY | O_DIRECTORY);
  flock(lock.get(), LOCK_EX);
  const std::string path = control_socket_path(network, directory);
  if (is_listened_on(path)) return false;
  unlink(path.c_str());
  return true;
}

RuntimeFolder::RuntimeFolder() : folder_(open_file(runtime_directory(), O_RDONLY | O_DIRECTORY)) {}

ControlSocketFile::ControlSocketFile(const std::string& network, const std::string& directory)
    : folder_(open_file(directory, O_RDONLY | O_DIRECTORY)),
      name_(network + kSuffix),
      identity_(identify()) {}

void ControlSocketFile::remove() noexcept {
  const FileDescriptor lock(openat(folder_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  flock(lock.get(), LOCK_EX);
  if (identity_ && identify() == identity_) unlinkat(folder_.get(), name_.c_str(), 0);
}

// An inode's number is given again soon; with the time of its making it is one of a kind.
std::optional<ControlSocketFile::Identity> ControlSocketFile::identify() const noexcept {
  struct stat status {};
  if (fstatat(folder_.get(), name_.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) return std::nullopt;
  return Identity{status.st_ino, status.st_ctim.tv_sec, status.st_ctim.tv_nsec};
}

FileDescriptor connect_to_network(const std::string& network) {
  check_network_name(network);
  FileDescriptor fd = try_connect(network);
  if (fd) return fd;
  if (errno == EAGAIN)
    throw Error("network " + network + " does not answer; \"ps\" shows its flowbed-engine");
  const std::vector<std::string> names = running_networks();
  throw Error("no network named " + network + " is running" +
              (names.empty() ? "; none is: start one with: flowbed --name " + network
                             : "; these are: " + list_of(names)));
}

std::vector<std::string> running_networks() {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(runtime_directory().c_str()), closedir);
  while (directory) {
    const dirent* entry = readdir(directory.get());
    if (entry == nullptr) break;
    const std::string file = entry->d_name;
    if (!file.ends_with(kSuffix)) continue;
    const std::string name = file.substr(0, file.size() - std::string(kSuffix).size());
    if (is_listened_on(runtime_directory() + "/" + file)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

void check_network_name(const std::string& name) {
  const bool fine = !name.empty() && name.size() <= 32 && name[0] != '.' && name[0] != '-' &&
                    std::all_of(name.begin(), name.end(), [](unsigned char c) {
                      return std::isalnum(c) || c == '-' || c == '_' || c == '.';
                    });
  if (!fine) {
    throw Error("\"" + name +
                "\" cannot name a network; use at most 32 letters, digits, \"-\", \"_\" or \".\"");
  }
}

}  // namespace flowbed
