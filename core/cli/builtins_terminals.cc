// The commands that open windows: a terminal in a node.

#include <filesystem>

#include <stdlib.h>

#include "core/base/error.hh"
#include "core/cli/builtins.hh"
#include "core/cli/shell.hh"
#include "core/cli/windows.hh"
#include "core/cli/words.hh"

namespace flowbed {
namespace {

void open_windows(Shell& shell, WindowProgram program, const std::string& arguments) {
  const std::vector<std::string> nodes = split_words(arguments);
  if (nodes.empty()) throw Error("in which nodes? E.g. xterm h1 h2");
  for (const std::string& node : nodes) {
    if (!shell.is_node(node)) throw Error("there is no node \"" + node + "\"");
  }
  for (const std::string& node : nodes) open_window(program, shell.settings().network, node, {"bash"});
}

void run_xterm(Shell& shell, const std::string& arguments) {
  open_windows(shell, WindowProgram::xterm, arguments);
}
void run_gterm(Shell& shell, const std::string& arguments) {
  open_windows(shell, WindowProgram::gnome_terminal, arguments);
}

// "x h1": a terminal; "x h1 firefox": a program with windows of its own, which keeps running.
void run_x(Shell& shell, const std::string& arguments) {
  const HeadAndTail parts = split_head(arguments);
  if (parts.tail.empty()) return run_xterm(shell, arguments);
  check_display();
  if (!shell.is_node(parts.head)) throw Error("x: there is no node \"" + parts.head + "\"");
  shell.run_in_node(parts.head, parts.tail + " &");
}

}  // namespace

std::vector<Builtin> terminal_builtins() {
  return {
      {"xterm", "xterm NODE…", "Open a terminal window (xterm) in each node.", "node", run_xterm},
      {"gterm", "gterm NODE…", "Open a terminal window (gnome-terminal) in each node.", "node", run_gterm},
      {"x", "x NODE [COMMAND…]", "Run a program with windows in a node; without one, xterm.", "node", run_x}};
}

}  // namespace flowbed
