// Terminals: the caller's own, and the ptys that commands in hosts get for theirs.
#pragma once

#include <string>

#include <termios.h>

#include "core/base/fd.hh"

namespace flowbed {

bool on_a_terminal();  // standard input and output both are one

struct Pty {
  FileDescriptor master;  // non-blocking
  FileDescriptor slave;
};

// A new pty with the settings and the window size of the terminal `like`.
Pty open_pty(int like);
// The slave once more, as an open file of its own (flags such as O_NONBLOCK are not shared with the first).
FileDescriptor open_slave_again(const FileDescriptor& master);

void copy_window_size(int from, int to);
// What was typed into a pty and nobody has read: taken out, as if it had been typed elsewhere.
std::string unread_input(const Pty& pty);

int window_width(int fd);  // columns; 80 where it is no terminal

// The terminal passes every key on unread while this lives.
class RawTerminal {
 public:
  explicit RawTerminal(int fd);
  ~RawTerminal();
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  int fd_;
  termios saved_;
};

}  // namespace flowbed
