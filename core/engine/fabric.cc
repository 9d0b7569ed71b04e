#include "core/engine/fabric.hh"

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "core/base/error.hh"

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

}  // namespace

IdMode enter_fabric(Warden& warden, const std::string& private_folder) {
  const IdMode mode = take_ids(warden);
  check_syscall("make the fabric's namespaces", unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC));
  check_syscall("detach mounts", mount("none", "/", nullptr, MS_REC | MS_SLAVE, nullptr));
  check_syscall("mount " + private_folder,
                mount("tmpfs", private_folder.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=64m"));
  return mode;
}

}  // namespace flowbed
