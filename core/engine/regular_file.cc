#include "core/engine/regular_file.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"

namespace flowbed {

std::string read_regular_file(const std::string& file, off_t max_size) {
  if (!file.starts_with('/')) throw Error(file + " is no absolute path; write the whole of it, from / on");
  struct stat facts {};
  check_syscall("read " + file, stat(file.c_str(), &facts));
  if (!S_ISREG(facts.st_mode)) throw Error(file + " is no regular file");
  if (facts.st_size > max_size)
    throw Error(file + " is too large: it has " + std::to_string(facts.st_size) + " bytes");
  return read_file(file);
}

FileDescriptor create_regular_file(const std::string& file) {
  if (!file.starts_with('/')) throw Error(file + " is no absolute path");
  FileDescriptor out = open_file(file, O_WRONLY | O_CREAT | O_NONBLOCK, 0666);
  struct stat facts {};
  check_syscall("write " + file, fstat(out.get(), &facts));
  if (!S_ISREG(facts.st_mode)) throw Error(file + " is no regular file");
  check_syscall("write " + file, ftruncate(out.get(), 0));
  return out;
}

}  // namespace flowbed
