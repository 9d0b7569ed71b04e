#include "core/os/kernel_release.hh"

#include <cstdio>

#include <sys/utsname.h>

#include "core/base/error.hh"

namespace flowbed {

std::optional<KernelRelease> parse_kernel_release(const std::string& text) {
  KernelRelease release;
  if (sscanf(text.c_str(), "%d.%d", &release.major, &release.minor) != 2) return std::nullopt;
  return release;
}

std::string own_kernel_release_text() {
  utsname names{};
  check_syscall("uname", uname(&names));
  return names.release;
}

KernelRelease own_kernel_release() {
  return parse_kernel_release(own_kernel_release_text()).value_or(KernelRelease{});
}

}  // namespace flowbed
