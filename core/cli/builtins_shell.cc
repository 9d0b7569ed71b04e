// The commands that are about the shell itself, and about this machine.

#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <spdlog/fmt/fmt.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/cli/announce.hh"
#include "core/cli/builtins.hh"
#include "core/cli/dpctl.hh"
#include "core/cli/help.hh"
#include "core/cli/report.hh"
#include "core/cli/shell.hh"
#include "core/cli/wait.hh"
#include "core/cli/words.hh"
#include "core/topo/json.hh"

namespace flowbed {
namespace {

// As system(3) does it, but Ctrl-C is seen here, too. Returns the status, or 128 + signal.
int run_on_this_machine(const std::string& command) {
  std::string words[] = {"sh", "-c", command};
  char* argv[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
  pid_t pid = 0;
  if (const int fault = posix_spawn(&pid, "/bin/sh", nullptr, nullptr, argv, environ))
    throw SystemError("sh", fault);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void run_sh(Shell& shell, const std::string& command) {
  if (command.empty()) throw Error("sh: which command? E.g. sh ls");
  const int status = run_on_this_machine(command);
  if (Signals::take(SIGINT) || status == 128 + SIGINT) shell.note_interrupt();
}

void run_source(Shell& shell, const std::string& path) {
  if (path.empty()) throw Error("source: which file?");
  FileLines lines(shell.context().loop, open_file(path, O_RDONLY), [&] { return shell.ended(); });
  shell.run_script(lines);
}

void run_time(Shell& shell, const std::string& command) {
  if (command.empty()) throw Error("time: which command? E.g. time pingall");
  const TimePoint start = monotonic_now();
  shell.execute(command);
  shell.context().output.result(
      fmt::format("*** Elapsed time: {:.6f} secs\n", to_seconds(monotonic_now() - start)));
}

void run_noecho(Shell& shell, const std::string& line) {
  const HeadAndTail parts = split_head(line);
  if (parts.tail.empty()) throw Error("noecho: which node and command? E.g. noecho h1 ip address");
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

void run_report(Shell& shell, const std::string& files) {
  std::istringstream words(files);
  std::string recording, picture, more;
  words >> recording >> picture >> more;
  if (recording.empty() || !more.empty())
    throw Error("report: which recording, and which picture? E.g. report link.csv link.svg");
  const LinkReport report = report_on(recording, picture);
  shell.context().output.result(shell.settings().json ? report.json.dump(2) + "\n" : report.text);
}

void run_wait(Shell& shell, const std::string&) {
  std::string switches;
  for (const std::string& name : shell.names().switches) switches += name + " ";
  shell.context().output.result("*** Waiting for switches to connect\n" + switches + "\n");
}

void run_help(Shell& shell, const std::string& about) {
  const bool as_json = about == "--json" || (about.empty() && shell.settings().json);
  shell.context().output.result(as_json         ? help_as_json(shell).dump(2) + "\n"
                                : about.empty() ? help_overview(shell)
                                                : help_about(shell, about));
}

std::string spoken_list(std::string choices) {
  for (size_t bar = choices.find('|'); bar != std::string::npos; bar = choices.find('|', bar))
    choices.replace(bar, 1, ", ");
  return choices;
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
      {"exit", "exit", "Leave the shell; the network ends if this shell started it.", "", end},
      {"quit", "quit", "Leave the shell, as exit does.", "", end},
      {"EOF", "EOF", "Leave the shell, as exit does.", "", end},
      {"help", "help [COMMAND]", "List the commands, or tell about one. \"?\" is the same.", "command",
       run_help},
      {"sh", "sh COMMAND…", "Run a command on this machine, outside the network.", "file", run_sh},
      {"source", "source FILE", "Run the shell commands in a file; Ctrl-C in one of them ends them all.",
       "file", run_source},
      {"time", "time COMMAND…", "Run a command of this shell, and show how long it took.", "command",
       run_time},
      {"noecho", "noecho NODE COMMAND…", "Run a command in a node. (Here it is the same without \"noecho\".)",
       "node", run_noecho},
      {"save", "save FILE",
       "Write the network to a topology file, as it is configured: what commands in hosts changed is not in "
       "it.",
       "file", run_save},
      {"report", "report RECORDING [PICTURE]",
       "Tell what a recording of a link says (\"record\" makes one), and draw it: to a .svg or .png.", "file",
       run_report},
      {"wait", "wait", "Wait until all switches are ready. (They always are.)", "", run_wait},
      {"dpctl", "dpctl COMMAND [SWITCH] [ARGUMENTS…]",
       "Run a command of ovs-ofctl on all switches, or on one: " + spoken_list(dpctl_commands()) + ".",
       dpctl_commands(), run_dpctl},
      refused("py", "py EXPRESSION", python),
      refused("px", "px STATEMENT", python),
  };
}

}  // namespace flowbed
