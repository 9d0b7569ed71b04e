#include "core/cli/visits.hh"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/cli/command.hh"
#include "core/cli/program.hh"
#include "core/cli/prompt.hh"
#include "core/cli/signals.hh"
#include "core/cli/terminal.hh"
#include "core/rpc/remote_network.hh"
#include "core/rpc/wait_for.hh"

namespace flowbed {
namespace {

struct Visit {
  explicit Visit(const Options& options)
      : output(options.verbosity),
        signals(loop),
        network(RemoteNetwork::attach(loop, options.network)),
        events(*network, output),
        context{loop, *network, output, events} {}

  EventLoop loop;
  Output output;
  Signals signals;
  std::unique_ptr<RemoteNetwork> network;
  Events events;
  Context context;
};

std::string login_shell() {
  const char* shell = getenv("SHELL");
  return shell != nullptr && access(shell, X_OK) == 0 ? shell : "/bin/bash";
}

}  // namespace

int attach_to_network(const Options& options) {
  Visit visit(options);
  Shell shell(visit.context, {options.network, options.json, on_a_terminal()});
  run_prompt(shell);
  if (visit.events.stopped()) throw Error("the network has stopped: " + visit.events.stop_reason());
  return shell.exit_status();
}

int exec_in_network(const Options& options) {
  Visit visit(options);
  try {
    return run_command(visit.context, request_for(options.node, options.command));
  } catch (const SystemError& fault) {
    if (fault.errnum() != ENOENT && fault.errnum() != EACCES) throw;
    visit.output.error(fault.what());
    return fault.errnum() == ENOENT ? kNoSuchProgram : kNotExecutable;
  }
}

int enter_network(const Options& options) {
  Visit visit(options);
  return run_command(visit.context, request_for(options.node, {login_shell()}));
}

int stop_network(const Options& options) {
  Visit visit(options);
  wait_for(visit.loop, visit.network->stop());
  return kFine;
}

}  // namespace flowbed
