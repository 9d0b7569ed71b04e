// FileDescriptor: a descriptor that closes itself. Move-only; a copy is asked for by name (`duplicate`).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flowbed {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { close(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void close() noexcept;
  int release() { return std::exchange(fd_, -1); }
  FileDescriptor duplicate() const;  // close-on-exec; throws SystemError

 private:
  int fd_ = -1;
};

struct FdPair {
  FileDescriptor first, second;
};

// All of these give close-on-exec descriptors and throw SystemError.
FileDescriptor open_file(const std::string& path, int flags, int mode = 0);
FdPair make_pipe();         // first: read end, second: write end
FdPair make_socket_pair();  // Unix stream
FileDescriptor open_pidfd(int pid);

// Closes every other descriptor of the process, standard ones included: for a forked child that must hold
// nobody's ends.
void close_all_except(std::vector<int> keep);

void set_nonblocking(int fd, bool on = true);
// Raises the soft limit on descriptors to the hard one; returns the limit that holds.
unsigned long raise_descriptor_limit();
void restore_descriptor_limit();  // for a child before it executes somebody else's program

std::string read_file(const std::string& path);  // whole; throws SystemError
void write_file(const std::string& path,
                std::string_view content);  // in place, one write; throws SystemError
// As write_file, but returns false instead of throwing: for settings that may be read-only here.
bool try_write_file(const std::string& path, std::string_view content);

}  // namespace flowbed
