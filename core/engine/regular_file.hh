// Files that a topology names.
#pragma once

#include <string>

#include <sys/types.h>

#include "core/base/fd.hh"

namespace flowbed {

// Neither a pipe, which would have us wait, nor something without an end; and the path is absolute, for the
// engine's directory is not that of who wrote it. Throws Error naming the file.
std::string read_regular_file(const std::string& file, off_t max_size);

// Empty, for writing; what was there is lost. Throws Error naming the file.
FileDescriptor create_regular_file(const std::string& file);

}  // namespace flowbed
