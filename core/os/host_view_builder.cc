#include "core/os/host_view_builder.hh"

#include <climits>
#include <cstdlib>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

constexpr unsigned long kInert = MS_NOSUID | MS_NODEV | MS_NOEXEC;

// Where a path leads: systemd-resolved makes /etc/resolv.conf a symbolic link, for one. Empty: nowhere.
std::string resolved(const std::string& path) {
  char buffer[PATH_MAX];
  return realpath(path.c_str(), buffer) != nullptr ? buffer : "";
}

void make_parents(const std::string& path) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1))
    mkdir(path.substr(0, slash).c_str(), 0755);
}

// The file or folder at `path` keeps its name there although something is mounted over a parent.
class Kept {
 public:
  explicit Kept(std::string path) : path_(std::move(path)), fd_(::open(path_.c_str(), O_PATH | O_CLOEXEC)) {}

  const std::string& path() const { return path_; }

  bool put_back() const {
    struct stat status {};
    if (!fd_ || fstat(fd_.get(), &status) < 0) return true;  // there was none
    make_parents(path_);
    if (S_ISDIR(status.st_mode)) {
      mkdir(path_.c_str(), 0755);
    } else {
      const FileDescriptor place(::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    }
    const std::string source = "/proc/self/fd/" + std::to_string(fd_.get());
    return mount(source.c_str(), path_.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0;
  }

 private:
  std::string path_;
  FileDescriptor fd_;
};

}  // namespace

void HostViewBuilder::build() {
  check_syscall("enter the host's network namespace", setns(spec_.network_namespace, CLONE_NEWNET));
  check_syscall("make a mount namespace", unshare(CLONE_NEWNS | CLONE_NEWUTS));
  check_syscall("detach mounts", mount("none", "/", nullptr, MS_REC | MS_SLAVE, nullptr));
  check_syscall("set the host name", sethostname(spec_.hostname.c_str(), spec_.hostname.size()));
  for (const PlacedFile& file : spec_.files) place(file);
  if (spec_.own_run) make_own_run();
  for (const PrivateDirSpec& dir : spec_.private_dirs) make_private(dir);
  try_mount("proc", "/proc", "hosts see the machine's processes");
  try_mount("sysfs", "/sys", "/sys does not show the hosts' interfaces");
}

void HostViewBuilder::try_mount(const char* type, const char* target, const char* consequence) {
  if (mount(type, target, type, kInert, nullptr) == 0) return;
  warn(SystemError(std::string("this machine does not let ") + target + " be mounted anew", errno).what() +
       std::string("; ") + consequence);
}

void HostViewBuilder::place(const PlacedFile& file) {
  const std::string target = resolved(file.target);
  if (target.empty()) {
    if (!file.optional) warn(file.target + " is missing on this machine; hosts have none either");
    return;
  }
  if (mount(file.source.c_str(), target.c_str(), nullptr, MS_BIND, nullptr) < 0)
    warn(SystemError("put a host's own file over " + file.target, errno).what());
}

void HostViewBuilder::make_own_run() {
  std::vector<Kept> kept;
  for (const char* path : {"/run/user", "/run/media"}) kept.emplace_back(path);
  for (const PlacedFile& file : spec_.files) {
    const std::string target = resolved(file.target);
    if (target.starts_with("/run/")) kept.emplace_back(target);
  }
  if (mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") < 0)
    return warn(SystemError("give a host its own /run", errno).what());
  for (const char* folder : {"/run/lock", "/run/sshd"}) mkdir(folder, 0755);
  for (const Kept& one : kept) {
    if (!one.put_back()) warn(SystemError("keep " + one.path() + " in a host's own /run", errno).what());
  }
}

void HostViewBuilder::make_private(const PrivateDirSpec& dir) {
  if (spec_.own_run && (dir.path.starts_with("/run/") || dir.path.starts_with("/var/run/")))
    make_parents(dir.path + '/');
  const int rv = dir.from.empty()
                     ? mount("tmpfs", dir.path.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755")
                     : mount(dir.from.c_str(), dir.path.c_str(), nullptr, MS_BIND | MS_REC, nullptr);
  if (rv < 0) warn(SystemError("private directory " + dir.path + " of " + spec_.hostname, errno).what());
}

}  // namespace flowbed
