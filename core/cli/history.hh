// History: the lines typed before, also in earlier sessions.
#pragma once

#include <string>

#include <histedit.h>

namespace flowbed {

class LineHistory {
 public:
  LineHistory();   // loads
  ~LineHistory();  // saves; a history that cannot be written is not worth a word
  LineHistory(const LineHistory&) = delete;
  LineHistory& operator=(const LineHistory&) = delete;

  void add(const std::string& line);
  History* get() const { return history_; }

 private:
  History* history_;
};

// $XDG_STATE_HOME/flowbed/history, else ~/.flowbed_history; "" without a home.
std::string history_path();

}  // namespace flowbed
