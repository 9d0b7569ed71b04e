// The release of a kernel, as far as features depend on it.
#pragma once

#include <compare>
#include <optional>
#include <string>

namespace flowbed {

struct KernelRelease {
  int major = 0, minor = 0;
  auto operator<=>(const KernelRelease&) const = default;
};

std::optional<KernelRelease> parse_kernel_release(const std::string& text);  // "6.1.0-13-amd64" is 6.1
std::string own_kernel_release_text();
KernelRelease own_kernel_release();  // 0.0 if it cannot be read

}  // namespace flowbed
