// Reading and writing the files of control groups.
#pragma once

#include <string>

namespace flowbed {

void write_cgroup_file(const std::string& path, const std::string& value);  // throws SystemError naming both
bool has_cgroup_file(const std::string& path);
std::string read_cgroup_line(const std::string& path);  // the first line; empty if there is no such file

// Removes a folder without members or folders below; true if it is gone. Files in it go along.
bool remove_cgroup(const std::string& folder) noexcept;

}  // namespace flowbed
