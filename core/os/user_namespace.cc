#include "core/os/user_namespace.hh"

#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"
#include "core/os/process.hh"
#include "core/os/subordinate_ids.hh"

namespace flowbed {
namespace {

bool run_mapper(const std::string& program, int pid, unsigned own_id, const IdRange& range) {
  return run_program({program, std::to_string(pid), "0", std::to_string(own_id), "1", "1",
                      std::to_string(range.first), std::to_string(range.count)}) == 0;
}

}  // namespace

const char* to_string(IdMode mode) {
  return mode == IdMode::root ? "root" : mode == IdMode::range ? "range" : "single";
}

bool has_machine_privileges() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[2]{};
  if (geteuid() != 0 || syscall(SYS_capget, &header, data) < 0) return false;
  return data[CAP_SYS_ADMIN / 32].effective & (1U << (CAP_SYS_ADMIN % 32));
}

std::string user_namespace_remedy() {
  const auto is = [](const char* file, const char* value) {
    return access(file, R_OK) == 0 && read_file(file).starts_with(value);
  };
  if (is("/proc/sys/kernel/unprivileged_userns_clone", "0")) {
    return "this machine forbids user namespaces to ordinary users; its owner allows them with "
           "\"sysctl kernel.unprivileged_userns_clone=1\", or run flowbed as root";
  }
  if (is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1")) {
    return "AppArmor forbids user namespaces to ordinary users here; its owner allows them with "
           "\"sysctl kernel.apparmor_restrict_unprivileged_userns=0\", or run flowbed as root";
  }
  if (is("/proc/sys/user/max_user_namespaces", "0")) {
    return "user namespaces are switched off here; the machine's owner allows them with "
           "\"sysctl user.max_user_namespaces=15000\", or run flowbed as root";
  }
  return "a container's or the machine's policy forbids it; run flowbed as root, or allow user namespaces";
}

void enter_user_namespace() {
  if (unshare(CLONE_NEWUSER) < 0) {
    throw Error("cannot make a user namespace (" + std::string(SystemError("unshare", errno).what()) +
                "): " + user_namespace_remedy());
  }
}

bool map_id_range(int pid) {
  const auto uids = granted_ids("/etc/subuid", getuid());
  const auto gids = granted_ids("/etc/subgid", getuid());
  if (!uids || !gids) return false;
  return run_mapper("newuidmap", pid, getuid(), *uids) && run_mapper("newgidmap", pid, getgid(), *gids);
}

// One of the two mappers may have done its half before the other failed: a map is written once.
void map_single_id(unsigned uid, unsigned gid) {
  if (read_file("/proc/self/uid_map").empty())
    write_file("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1");
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1");
}

}  // namespace flowbed
