#include "core/engine/cgroup_record.hh"

#include <sstream>

#include <sys/mman.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/os/cgroup_network.hh"

namespace flowbed {

CgroupRecord::CgroupRecord()
    : memory_(
          check_syscall("make the record of control groups", memfd_create("flowbed-cgroups", MFD_CLOEXEC))) {}

void CgroupRecord::enter(const std::vector<CgroupPlace>& network) {
  std::string text;
  for (const CgroupPlace& place : network) text += place.folder + '\n';
  check_syscall("enter control groups", ftruncate(memory_.get(), 0));
  check_syscall("enter control groups", pwrite(memory_.get(), text.data(), text.size(), 0));
}

std::vector<std::string> CgroupRecord::folders() const {
  char text[4096];
  const ssize_t size = pread(memory_.get(), text, sizeof text, 0);
  std::vector<std::string> folders;
  std::istringstream lines(std::string(text, static_cast<size_t>(std::max<ssize_t>(size, 0))));
  for (std::string line; std::getline(lines, line);) folders.push_back(line);
  return folders;
}

void CgroupRecord::remove() const { remove_network_cgroups_soon(folders()); }

}  // namespace flowbed
