#include "core/engine/regular_file.hh"

#include <sys/stat.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"

namespace flowbed {

std::string read_regular_file(const std::string& file, off_t max_size) {
  if (!file.starts_with('/')) throw Error(file + " is no absolute path");
  struct stat facts {};
  check_syscall("read " + file, stat(file.c_str(), &facts));
  if (!S_ISREG(facts.st_mode)) throw Error(file + " is no regular file");
  if (facts.st_size > max_size)
    throw Error(file + " is too large: it has " + std::to_string(facts.st_size) + " bytes");
  return read_file(file);
}

}  // namespace flowbed
