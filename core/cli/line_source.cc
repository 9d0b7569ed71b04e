#include "core/cli/line_source.hh"

#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.hh"

namespace flowbed {

FileLines::FileLines(EventLoop& loop, FileDescriptor file, StopCheck stop)
    : loop_(loop), file_(std::move(file)), stop_(std::move(stop)) {}

std::optional<std::string> FileLines::next() {
  for (;;) {
    if (stop_()) return std::nullopt;
    if (auto line = take_line()) return line;
    if (at_end_ || !wait_readable()) return std::nullopt;
    char bytes[4096];
    const ssize_t n = read(file_.get(), bytes, sizeof bytes);
    if (n < 0 && errno != EINTR) throw SystemError("read commands", errno);
    at_end_ = n == 0;
    if (n > 0) text_.append(bytes, static_cast<size_t>(n));
  }
}

std::optional<std::string> FileLines::take_line() {
  const size_t end = text_.find('\n');
  if (end == std::string::npos && (!at_end_ || text_.empty())) return std::nullopt;
  std::string line = text_.substr(0, end);
  text_.erase(0, end == std::string::npos ? end : end + 1);
  return line;
}

// epoll takes no regular files; those never make anybody wait.
bool FileLines::wait_readable() {
  struct stat status {};
  check_syscall("fstat", fstat(file_.get(), &status));
  if (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)) return true;
  bool readable = false;
  try {
    const auto watch = loop_.watch(file_.get(), EPOLLIN, [&](uint32_t) { readable = true; });
    while (!readable && !stop_()) loop_.turn();
  } catch (const SystemError& fault) {
    if (fault.errnum() != EPERM) throw;  // /dev/null and the like
    readable = true;
  }
  return readable;
}

}  // namespace flowbed
