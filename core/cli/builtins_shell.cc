// The commands that are about the shell itself, and about this machine.

#include <fstream>

#include <fcntl.h>
#include <spdlog/fmt/fmt.h>
#include <stdlib.h>

#include "core/base/error.hh"
#include "core/cli/announce.hh"
#include "core/cli/builtins.hh"
#include "core/cli/help.hh"
#include "core/cli/shell.hh"
#include "core/cli/wait.hh"
#include "core/cli/words.hh"
#include "core/topo/json.hh"

namespace flowbed {
namespace {

void run_sh(Shell&, const std::string& command) {
  if (command.empty()) throw Error("sh: which command?");
  const int status = system(command.c_str());
  Signals::take(SIGINT);  // it was for the command
  if (status < 0) throw SystemError("sh", errno);
}

void run_source(Shell& shell, const std::string& path) {
  if (path.empty()) throw Error("source: which file?");
  FileLines lines(shell.context().loop, open_file(path, O_RDONLY), [&] { return shell.ended(); });
  shell.run(lines);
}

void run_time(Shell& shell, const std::string& command) {
  const TimePoint start = monotonic_now();
  shell.execute(command);
  shell.context().output.result(
      fmt::format("*** Elapsed time: {:.6f} secs\n", to_seconds(monotonic_now() - start)));
}

void run_noecho(Shell& shell, const std::string& line) {
  const HeadAndTail parts = split_head(line);
  if (!shell.is_node(parts.head)) throw Error("noecho: there is no node \"" + parts.head + "\"");
  shell.run_in_node(parts.head, parts.tail);
}

void run_save(Shell& shell, const std::string& path) {
  if (path.empty()) throw Error("save: to which file?");
  const Topology topology = wait_or_interrupt(shell.context().loop, shell.context().network.topology());
  std::ofstream file(path);
  file << write_topology(topology) << std::flush;
  if (!file) throw SystemError("save " + path, errno);
  shell.context().output.result("*** Saved to " + path + "\n");
}

void run_wait(Shell& shell, const std::string&) {
  std::string switches;
  for (const std::string& name : shell.names().switches) switches += name + " ";
  shell.context().output.result("*** Waiting for switches to connect\n" + switches + "\n");
}

void run_help(Shell& shell, const std::string& about) {
  shell.context().output.result(about.empty() ? help_overview(shell) : help_about(shell, about));
}

Builtin refused(const std::string& name, const std::string& usage, const std::string& reason) {
  return {name, usage, reason, "",
          [name, reason](Shell&, const std::string&) { throw Error(name + ": " + reason); }};
}

}  // namespace

std::vector<Builtin> shell_builtins() {
  const auto end = [](Shell& shell, const std::string&) { shell.end(); };
  const std::string python = "Python expressions come with Flowbed's Python package, in a later version.";
  return {
      {"exit", "exit", "Leaves the shell; the network ends if this shell started it.", "", end},
      {"quit", "quit", "Leaves the shell, as exit does.", "", end},
      {"EOF", "EOF", "Leaves the shell, as exit does.", "", end},
      {"help", "help [COMMAND]", "Lists the commands, or tells about one.", "command", run_help},
      {"sh", "sh COMMAND…", "Runs a command on this machine, outside the network.", "file", run_sh},
      {"source", "source FILE", "Runs the shell commands in a file.", "file", run_source},
      {"time", "time COMMAND…", "Runs a command of this shell and shows how long it took.", "command",
       run_time},
      {"noecho", "noecho NODE COMMAND…",
       "Runs a command in a node. (Here it is the same without \"noecho\".)", "node", run_noecho},
      {"save", "save FILE", "Writes the network to a topology file, as it is now.", "file", run_save},
      {"wait", "wait", "Waits until all switches are ready. (They always are.)", "", run_wait},
      refused("dpctl", "dpctl COMMAND…",
              "OpenFlow comes in a later version; \"cache\", \"mac\", \"ports\" and \"trace\" look into a "
              "switch."),
      refused("py", "py EXPRESSION", python),
      refused("px", "px STATEMENT", python),
  };
}

}  // namespace flowbed
