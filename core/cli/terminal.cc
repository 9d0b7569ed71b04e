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

// Without ICANON the unfinished last line can be read, too; VMIN 0 makes read return at once.
std::string unread_input(const Pty& pty) {
  const int fd = pty.slave.get();
  const termios saved = settings_of(fd);
  termios at_once = saved;
  at_once.c_lflag &= ~static_cast<tcflag_t>(ICANON);
  at_once.c_cc[VMIN] = at_once.c_cc[VTIME] = 0;
  if (tcsetattr(fd, TCSANOW, &at_once) < 0) return "";
  std::string text;
  char bytes[1024];
  for (ssize_t n = 0; (n = read(fd, bytes, sizeof bytes)) > 0;) text.append(bytes, static_cast<size_t>(n));
  tcsetattr(fd, TCSANOW, &saved);
  std::erase(text, '\0');  // an end-of-file mark
  return text;
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
