// Where the shell's lines come from.
#pragma once

#include <optional>
#include <string>

#include "core/base/event_loop.hh"
#include "core/base/fd.hh"

namespace flowbed {

class LineSource {
 public:
  virtual ~LineSource() = default;
  // The next line without its newline; nothing at the end, and when the program is to end. Turns the loop
  // while it waits, so that events are seen.
  virtual std::optional<std::string> next() = 0;
};

// A file, or standard input that is no terminal.
class FileLines : public LineSource {
 public:
  using StopCheck = std::function<bool()>;

  // `stop` is asked while waiting: whether there is no use in reading on.
  FileLines(EventLoop& loop, FileDescriptor file, StopCheck stop);
  std::optional<std::string> next() override;

 private:
  bool wait_readable();
  std::optional<std::string> take_line();

  EventLoop& loop_;
  FileDescriptor file_;
  StopCheck stop_;
  std::string text_;
  bool at_end_ = false;
};

}  // namespace flowbed
