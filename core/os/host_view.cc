#include "core/os/host_view.hh"

#include <climits>
#include <cstdlib>
#include <sstream>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

// Runs in the helper process; collects what failed and goes on.
class ViewBuilder {
 public:
  explicit ViewBuilder(const HostViewSpec& spec) : spec_(spec) {}

  void build() {
    check_syscall("enter the host's network namespace", setns(spec_.network_namespace, CLONE_NEWNET));
    check_syscall("make a mount namespace", unshare(CLONE_NEWNS | CLONE_NEWUTS));
    check_syscall("detach mounts", mount("none", "/", nullptr, MS_REC | MS_SLAVE, nullptr));
    check_syscall("set the host name", sethostname(spec_.hostname.c_str(), spec_.hostname.size()));
    bind_file(spec_.hosts_file, "/etc/hosts");
    bind_file(spec_.resolv_file, "/etc/resolv.conf");
    for (const PrivateDirSpec& dir : spec_.private_dirs) make_private(dir);
    try_mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hosts see the machine's processes");
    try_mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              "/sys does not show the hosts' interfaces");
  }

  const std::string& warnings() const { return warnings_; }

 private:
  void warn(const std::string& message) { warnings_ += message + '\n'; }

  void try_mount(const char* source, const char* target, const char* type, unsigned long flags,
                 const char* consequence) {
    if (mount(source, target, type, flags, nullptr) == 0) return;
    warn(SystemError(std::string("this machine does not let ") + target + " be mounted anew", errno).what() +
         std::string("; ") + consequence);
  }

  // The target may be a symbolic link (systemd-resolved makes one) or missing.
  void bind_file(const std::string& source, const std::string& target) {
    char resolved[PATH_MAX];
    if (realpath(target.c_str(), resolved) == nullptr)
      return warn(target + " is missing on this machine; hosts have none either");
    if (mount(source.c_str(), resolved, nullptr, MS_BIND, nullptr) < 0) {
      warn(SystemError("put a host's own file over " + target, errno).what());
    }
  }

  void make_private(const PrivateDirSpec& dir) {
    const int rv = dir.from.empty()
                       ? mount("tmpfs", dir.path.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755")
                       : mount(dir.from.c_str(), dir.path.c_str(), nullptr, MS_BIND | MS_REC, nullptr);
    if (rv < 0) warn(SystemError("private directory " + dir.path + " of " + spec_.hostname, errno).what());
  }

  const HostViewSpec& spec_;
  std::string warnings_;
};

// The helper's life: build, report one byte ('+' made, '-' failed) and text, wait until the parent holds the
// namespaces.
[[noreturn]] void run_helper(const HostViewSpec& spec, const FileDescriptor& report,
                             const FileDescriptor& hold) {
  std::string text;
  try {
    ViewBuilder builder(spec);
    builder.build();
    text = "+" + builder.warnings();
  } catch (const std::exception& fault) {
    text = std::string("-") + fault.what();
  }
  text += '\0';
  char byte;
  if (write(report.get(), text.data(), text.size()) > 0) (void)!read(hold.get(), &byte, 1);
  _exit(0);
}

std::string read_report(int fd) {
  std::string text;
  char chunk[4096];
  while (text.empty() || text.back() != '\0') {
    const ssize_t n = check_syscall("read a host helper's report", read(fd, chunk, sizeof chunk));
    if (n == 0) throw Error("the helper that sets up a host ended early");
    text.append(chunk, static_cast<size_t>(n));
  }
  text.pop_back();
  return text;
}

HostView collect(int pid, const std::string& report) {
  if (!report.starts_with('+')) throw Error(report.substr(1));
  const std::string folder = "/proc/" + std::to_string(pid) + "/ns/";
  HostView view{open_file(folder + "mnt", O_RDONLY), open_file(folder + "uts", O_RDONLY), {}};
  std::istringstream lines(report.substr(1));
  for (std::string line; std::getline(lines, line);) view.warnings.push_back(line);
  return view;
}

}  // namespace

HostView make_host_view(const HostViewSpec& spec) {
  FdPair report = make_pipe(), hold = make_pipe();
  const pid_t pid = check_syscall("fork", fork());
  if (pid == 0) {
    hold.second.close();
    run_helper(spec, report.second, hold.first);
  }
  report.second.close();
  struct Reaper {
    FileDescriptor& release;
    pid_t pid;
    ~Reaper() {
      release.close();
      waitpid(pid, nullptr, 0);
    }
  } reaper{hold.second, pid};
  return collect(pid, read_report(report.first.get()));
}

}  // namespace flowbed
