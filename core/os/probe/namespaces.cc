#include <csignal>
#include <cstdio>
#include <optional>
#include <utility>

#include <sched.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/os/kernel_release.hh"
#include "core/os/probe/attempt.hh"
#include "core/os/probe/probes.hh"
#include "core/os/user_namespace.hh"

namespace flowbed {
namespace {

using enum Finding::Status;

constexpr KernelRelease kTestedFrom{6, 1};

Finding probe_kernel() {
  Finding f{"kernel", ok, own_kernel_release_text(), "", ""};
  if (own_kernel_release() < kTestedFrom) {
    f.status = limited;
    f.used = "Flowbed is tested from Linux 6.1 on; older kernels may lack what it needs";
    f.remedy = "use a newer kernel if something below is missing";
  }
  return f;
}

Finding probe_user_namespaces() {
  Finding f{"user namespaces", ok, "work", "networks need no root", ""};
  const bool is_root = has_machine_privileges();
  if (is_root) f.used = "not needed: root's networks do without";
  const Outcome outcome = attempt([] {
    check_syscall("make a user namespace", unshare(CLONE_NEWUSER));
    return "";
  });
  if (outcome.worked) return f;
  f.status = is_root ? limited : missing;
  f.finding = outcome.text;
  f.remedy = user_namespace_remedy();
  if (is_root) {
    f.used = "only root can start networks here";
  } else {
    f.used = "no network can be made by this user";
    f.vital = true;
  }
  return f;
}

Finding probe_network_namespaces() {
  Finding f{"network namespaces",    ok, "work, with mount, PID, UTS and IPC",
            "each host has its own", "", true};
  const Outcome outcome = attempt([] {
    enter_private_namespaces();
    return "";
  });
  if (outcome.worked) return f;
  f.status = missing;
  f.finding = outcome.text;
  f.used = "no network can be made";
  f.remedy = has_machine_privileges() ? "use a kernel with these namespaces (CONFIG_NET_NS …)"
                                      : user_namespace_remedy();
  return f;
}

// What a host's view mounts; in a process that is inside a new PID namespace, as hosts' commands are.
std::string mount_anew(const char* type, const char* target) {
  enter_private_namespaces();
  const pid_t child = check_syscall("fork", fork());
  if (child == 0)
    _exit(mount(type, target, type, MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0 ? 0 : errno);
  int status = 0;
  check_syscall("wait", waitpid(child, &status, 0));
  if (!WIFEXITED(status)) throw Error(std::string("mount ") + target + ": killed");
  if (const int fault = WEXITSTATUS(status)) throw SystemError(std::string("mount ") + target, fault);
  return "";
}

Finding probe_mount(const char* type, const char* target, const char* used, const char* lost) {
  Finding f{target, ok, "can be mounted anew", used, ""};
  const Outcome outcome = attempt([&] { return mount_anew(type, target); });
  if (outcome.worked) return f;
  f.status = limited;
  f.finding = outcome.text;
  f.used = lost;
  f.remedy =
      "a container masks parts of it; start the container with --security-opt systempaths=unconfined "
      "(Docker), or "
      "run Flowbed outside of it";
  return f;
}

Finding probe_proc() {
  return probe_mount("proc", "/proc", "hosts see the network's processes",
                     "hosts see the machine's processes");
}
Finding probe_sys() {
  return probe_mount("sysfs", "/sys", "hosts see their own interfaces in /sys",
                     "/sys does not show the hosts' interfaces");
}

}  // namespace

std::vector<Probe> namespace_probes() {
  return {probe_kernel, probe_user_namespaces, probe_network_namespaces, probe_proc, probe_sys};
}

}  // namespace flowbed
