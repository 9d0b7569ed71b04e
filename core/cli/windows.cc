#include "core/cli/windows.hh"

#include <filesystem>

#include <stdlib.h>

#include "core/base/error.hh"
#include "core/cli/words.hh"

namespace flowbed {
namespace {

void check_installed(const std::string& program) {
  if (system(("command -v " + program + " >/dev/null").c_str()) == 0) return;
  throw Error(program + " is not installed; on Debian: apt-get install " + program);
}

std::string window_command(WindowProgram program, const std::string& title) {
  if (program == WindowProgram::xterm) return "xterm -T " + quote_for_sh(title) + " -e";
  return "gnome-terminal --title " + quote_for_sh(title) + " --";
}

}  // namespace

void check_display() {
  if (getenv("DISPLAY") == nullptr && getenv("WAYLAND_DISPLAY") == nullptr) {
    throw Error("there is no display to open a window on (DISPLAY is not set; over ssh, use ssh -X)");
  }
}

void open_window(WindowProgram program, const std::string& network, const std::string& node,
                 const std::vector<std::string>& argv) {
  check_display();
  check_installed(program == WindowProgram::xterm ? "xterm" : "gnome-terminal");
  std::string command = "setsid " + window_command(program, "Node: " + node);
  command += " " + quote_for_sh(std::filesystem::read_symlink("/proc/self/exe").string()) + " exec";
  for (const std::string& word : {network, node, std::string("--")}) command += " " + quote_for_sh(word);
  for (const std::string& word : argv) command += " " + quote_for_sh(word);
  if (system((command + " >/dev/null 2>&1 </dev/null &").c_str()) != 0) throw Error("cannot open a window");
}

}  // namespace flowbed
