// Builtins: the commands that the shell has of its own, in one table.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace flowbed {

class Shell;

struct Builtin {
  std::string name;
  std::string usage;
  std::string help;
  std::string completes;                                                // CompletionSource::Command::type
  std::function<void(Shell& shell, const std::string& arguments)> run;  // throws Error
};

const std::vector<Builtin>& builtins();
const Builtin* find_builtin(const std::string& name);

// Parts of the table, by file.
std::vector<Builtin> view_builtins();      // builtins_views.cc: nodes, net, dump, links, intfs, ports
std::vector<Builtin> shell_builtins();     // builtins_shell.cc: exit, help, source, time, sh, …
std::vector<Builtin> terminal_builtins();  // builtins_terminals.cc: x, xterm, gterm

}  // namespace flowbed
