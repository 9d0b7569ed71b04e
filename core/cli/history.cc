#include "core/cli/history.hh"

#include <cstdlib>

#include <sys/stat.h>

namespace flowbed {
namespace {

constexpr int kSize = 1000;

// Our own folder among the user's state, "" where there is no place for it. A home is never made.
std::string state_folder() {
  const char* state = std::getenv("XDG_STATE_HOME");
  return state != nullptr && *state == '/' ? std::string(state) + "/flowbed" : "";
}

}  // namespace

LineHistory::LineHistory() : history_(history_init()) {
  HistEvent event;
  history(history_, &event, H_SETSIZE, kSize);
  history(history_, &event, H_SETUNIQUE, 1);
  if (const std::string path = history_path(); !path.empty()) history(history_, &event, H_LOAD, path.c_str());
}

LineHistory::~LineHistory() {
  if (const std::string path = history_path(); !path.empty()) {
    const mode_t mask = umask(077);
    if (const std::string folder = state_folder(); !folder.empty()) mkdir(folder.c_str(), 0700);
    HistEvent event;
    history(history_, &event, H_SAVE, path.c_str());
    umask(mask);
  }
  history_end(history_);
}

void LineHistory::add(const std::string& line) {
  HistEvent event;
  if (!line.empty()) history(history_, &event, H_ENTER, line.c_str());
}

std::string history_path() {
  if (const std::string folder = state_folder(); !folder.empty()) return folder + "/history";
  const char* home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? std::string(home) + "/.flowbed_history" : "";
}

}  // namespace flowbed
