// LineEditor: lines from a person at a terminal, with editing, history and completion (libedit).
//
// While a line is edited the event loop turns: messages that come meanwhile are shown above the line, and a
// network that stops ends it. Ctrl-C drops the line, Ctrl-D on an empty one ends the input.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/cli/completion.hh"
#include "core/cli/line_source.hh"
#include "core/cli/output.hh"

namespace flowbed {

class LineEditor : public LineSource {
 public:
  struct Callbacks {
    std::function<Completion(std::string_view line_to_cursor)> complete;
    std::function<bool()> stop;  // asked while waiting: whether to give up
    std::string& typed_ahead;    // keys that come before the terminal's own; taken out
  };

  LineEditor(EventLoop& loop, Output& output, const std::string& prompt, Callbacks callbacks);
  ~LineEditor() override;
  std::optional<std::string> next() override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace flowbed
