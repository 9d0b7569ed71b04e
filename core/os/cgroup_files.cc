#include "core/os/cgroup_files.hh"

#include <fcntl.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"

namespace flowbed {

// One write each: the kernel takes a write for a whole setting, and never a file that is truncated first.
void write_cgroup_file(const std::string& path, const std::string& value) {
  const std::string attempt = "write \"" + value.substr(0, value.find('\n')) + "\" to " + path;
  const FileDescriptor file(check_syscall(attempt, ::open(path.c_str(), O_WRONLY | O_CLOEXEC)));
  check_syscall(attempt, ::write(file.get(), value.data(), value.size()));
}

bool has_cgroup_file(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

std::string read_cgroup_line(const std::string& path) {
  if (!has_cgroup_file(path)) return "";
  const std::string text = read_file(path);
  return text.substr(0, text.find('\n'));
}

bool remove_cgroup(const std::string& folder) noexcept {
  return rmdir(folder.c_str()) == 0 || errno == ENOENT;
}

}  // namespace flowbed
