#include "core/cli/history.hh"

#include <cstdlib>
#include <filesystem>

#include <sys/stat.h>

namespace flowbed {
namespace {
constexpr int kSize = 1000;
}

LineHistory::LineHistory() : history_(history_init()) {
  HistEvent event;
  history(history_, &event, H_SETSIZE, kSize);
  history(history_, &event, H_SETUNIQUE, 1);
  if (const std::string path = history_path(); !path.empty()) history(history_, &event, H_LOAD, path.c_str());
}

LineHistory::~LineHistory() {
  if (const std::string path = history_path(); !path.empty()) {
    const mode_t mask = umask(077);
    mkdir(std::filesystem::path(path).parent_path().c_str(),
          0700);  // our own folder; never a missing home's parents
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
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return std::string(state) + "/flowbed/history";
  const char* home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? std::string(home) + "/.flowbed_history" : "";
}

}  // namespace flowbed
