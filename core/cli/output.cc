#include "core/cli/output.hh"

#include <algorithm>
#include <array>
#include <cerrno>

#include <poll.h>
#include <unistd.h>

namespace flowbed {
namespace {
void to_standard_output(std::string_view text) { write_all(STDOUT_FILENO, text); }
void to_standard_error(std::string_view text) { write_all(STDERR_FILENO, text); }
}  // namespace

std::optional<Verbosity> parse_verbosity(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kNames = {"debug",   "info",  "output",
                                                             "warning", "error", "critical"};
  if (name == "warn") return Verbosity::warning;
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Verbosity>(found - kNames.begin());
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
    } else if (errno == EAGAIN) {  // somebody made our terminal non-blocking
      pollfd writable{fd, POLLOUT, 0};
      poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return;
    }
  }
}

Output::Output(Verbosity level) : Output(level, &to_standard_output, &to_standard_error) {}

void Output::info(std::string_view text) const {
  if (shows(Verbosity::info)) message(text);
}

void Output::warning(std::string_view line) const {
  if (shows(Verbosity::warning)) message("*** Warning: " + std::string(line) + "\n");
}

void Output::error(std::string_view line) const {
  if (shows(Verbosity::error)) message("*** Error: " + std::string(line) + "\n");
}

}  // namespace flowbed
