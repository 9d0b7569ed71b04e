#include "core/engine/fabric.hh"

#include <cstring>

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"

namespace flowbed {
namespace {

IdMode take_ids(Warden& warden) {
  if (has_machine_privileges()) return IdMode::root;
  const unsigned uid = geteuid(), gid = getegid();
  enter_user_namespace();
  if (warden.map_id_range()) return IdMode::range;
  map_single_id(uid, gid);
  return IdMode::single;
}

// Switches and controllers in the fabric meet there.
void raise_loopback() {
  const FileDescriptor any(check_syscall("make a socket", socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)));
  ifreq loopback{};
  memcpy(loopback.ifr_name, "lo", sizeof "lo");
  loopback.ifr_flags = IFF_UP;
  check_syscall("raise the fabric's loopback", ioctl(any.get(), SIOCSIFFLAGS, &loopback));
}

}  // namespace

IdMode enter_fabric(Warden& warden, const std::string& private_folder) {
  const IdMode mode = take_ids(warden);
  check_syscall("make the fabric's namespaces", unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC));
  raise_loopback();
  check_syscall("detach mounts", mount("none", "/", nullptr, MS_REC | MS_SLAVE, nullptr));
  check_syscall("mount " + private_folder,
                mount("tmpfs", private_folder.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=64m"));
  return mode;
}

}  // namespace flowbed
