#include "core/base/fd.hh"

#include <algorithm>
#include <optional>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/error.hh"

namespace flowbed {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void FileDescriptor::close() noexcept {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

FileDescriptor FileDescriptor::duplicate() const {
  return FileDescriptor(check_syscall("duplicate descriptor", fcntl(fd_, F_DUPFD_CLOEXEC, 3)));
}

FileDescriptor open_file(const std::string& path, int flags, int mode) {
  return FileDescriptor(check_syscall("open " + path, ::open(path.c_str(), flags | O_CLOEXEC, mode)));
}

FdPair make_pipe() {
  int fds[2];
  check_syscall("pipe", pipe2(fds, O_CLOEXEC));
  return {FileDescriptor(fds[0]), FileDescriptor(fds[1])};
}

FdPair make_socket_pair() {
  int fds[2];
  check_syscall("socketpair", socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
  return {FileDescriptor(fds[0]), FileDescriptor(fds[1])};
}

FileDescriptor open_pidfd(int pid) {
  return FileDescriptor(check_syscall("pidfd_open", static_cast<int>(syscall(SYS_pidfd_open, pid, 0))));
}

void close_all_except(std::vector<int> keep) {
  std::sort(keep.begin(), keep.end());
  unsigned next = 0;
  for (const int fd : keep) {
    if (static_cast<unsigned>(fd) > next) close_range(next, static_cast<unsigned>(fd) - 1, 0);
    next = static_cast<unsigned>(fd) + 1;
  }
  close_range(next, ~0U, 0);
}

void set_nonblocking(int fd, bool on) {
  const int flags = check_syscall("fcntl", fcntl(fd, F_GETFL));
  check_syscall("fcntl", fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK));
}

namespace {
std::optional<rlimit> limit_at_start;
}

void restore_descriptor_limit() {
  if (limit_at_start) setrlimit(RLIMIT_NOFILE, &*limit_at_start);
}

unsigned long raise_descriptor_limit() {
  rlimit limit{};
  check_syscall("getrlimit", getrlimit(RLIMIT_NOFILE, &limit));
  if (!limit_at_start) limit_at_start = limit;
  limit.rlim_cur = limit.rlim_max;
  check_syscall("setrlimit", setrlimit(RLIMIT_NOFILE, &limit));
  return limit.rlim_cur;
}

std::string read_file(const std::string& path) {
  const FileDescriptor file = open_file(path, O_RDONLY);
  std::string content;
  char chunk[16384];
  while (const ssize_t n = check_syscall("read " + path, ::read(file.get(), chunk, sizeof chunk))) {
    content.append(chunk, static_cast<size_t>(n));
  }
  return content;
}

void write_file(const std::string& path, std::string_view content) {
  const FileDescriptor file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  while (!content.empty()) {
    const ssize_t n = check_syscall("write " + path, ::write(file.get(), content.data(), content.size()));
    content.remove_prefix(static_cast<size_t>(n));
  }
}

bool try_write_file(const std::string& path, std::string_view content) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size());
}

}  // namespace flowbed
