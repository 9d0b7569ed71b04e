// Relays between the caller's terminal and a pty's master.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/event_loop.hh"
#include "core/cli/terminal.hh"

namespace flowbed {

// What is written to the pty's slave goes to `sink`, at all times: also what a background job says at the
// prompt.
class PtyOutput {
 public:
  using Sink = std::function<void(std::string_view)>;

  PtyOutput(EventLoop& loop, const Pty& pty, Sink sink);

  // Passes on all that was written to the slave before this call. The kernel moves bytes from slave to master
  // in its own time, so a mark is written behind them, and awaited (and kept from the sink).
  void drain();
  // What brings the person's own terminal back when the program that had it is gone without a word.
  std::string leave_screen() const;

 private:
  void pass_on(std::string_view bytes);
  void read_available();
  bool read_once(std::string& into);
  void await_mark(const std::string& mark);

  int master_;
  FileDescriptor slave_;  // a separate open file, non-blocking
  Sink sink_;
  bool alternate_screen_ = false;  // vim, less, htop … have asked for it
  std::string last_bytes_;
  EventLoop::Registration watch_;
};

// What is typed goes to the pty while this lives; the terminal is raw meanwhile.
class KeyboardRelay {
 public:
  KeyboardRelay(EventLoop& loop, int keyboard, const Pty& pty);
  bool interrupted() const { return interrupted_; }  // Ctrl-C was typed, and meant a signal

 private:
  void read_keyboard();
  void write_pending();

  EventLoop& loop_;
  int keyboard_;
  RawTerminal raw_;
  FileDescriptor master_;  // its own number, as the loop watches a descriptor once
  bool interrupted_ = false;
  std::string pending_;  // typed, but not yet taken by the pty
  EventLoop::Registration watch_keyboard_, watch_master_;
};

}  // namespace flowbed
