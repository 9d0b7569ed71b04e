#include "core/cli/terminal.hh"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

termios settings_of(int fd) {
  termios settings{};
  check_syscall("tcgetattr", tcgetattr(fd, &settings));
  return settings;
}

}  // namespace

bool on_a_terminal() { return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO); }

Pty open_pty(int like) {
  Pty pty{FileDescriptor(check_syscall("open a pty", posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC))), {}};
  check_syscall("unlockpt", unlockpt(pty.master.get()));
  set_nonblocking(pty.master.get());
  pty.slave = open_slave_again(pty.master);
  const termios settings = settings_of(like);
  check_syscall("tcsetattr", tcsetattr(pty.slave.get(), TCSANOW, &settings));
  copy_window_size(like, pty.master.get());
  return pty;
}

FileDescriptor open_slave_again(const FileDescriptor& master) {
  return FileDescriptor(
      check_syscall("open a pty's slave", ioctl(master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)));
}

void copy_window_size(int from, int to) {
  winsize size{};
  if (ioctl(from, TIOCGWINSZ, &size) == 0) ioctl(to, TIOCSWINSZ, &size);
}

int window_width(int fd) {
  winsize size{};
  return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

RawTerminal::RawTerminal(int fd) : fd_(fd), saved_(settings_of(fd)) {
  termios raw = saved_;
  cfmakeraw(&raw);
  check_syscall("tcsetattr", tcsetattr(fd_, TCSADRAIN, &raw));
}

RawTerminal::~RawTerminal() { tcsetattr(fd_, TCSADRAIN, &saved_); }

}  // namespace flowbed
