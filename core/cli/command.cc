#include "core/cli/command.hh"

#include <filesystem>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/cli/relay.hh"
#include "core/cli/signals.hh"
#include "core/rpc/wait_for.hh"

namespace flowbed {
namespace {

FileDescriptor copy_of(int fd) { return FileDescriptor(check_syscall("dup", dup(fd))); }

mode_t current_umask() {
  const mode_t mask = umask(022);
  umask(mask);
  return mask;
}

void pass_signals_on(Context& context, uint64_t id) {
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) {
    if (Signals::take(signal)) wait_for(context.loop, context.network.signal_command(id, signal));
  }
}

int run_with_own_descriptors(Context& context, CommandRequest request) {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) request.fds.push_back(copy_of(fd));
  const StartedCommand command = wait_for(context.loop, context.network.start_command(std::move(request)));
  return wait_for_end(context, command.id, [&] { pass_signals_on(context, command.id); });
}

int run_on_a_pty(Context& context, CommandRequest request) {
  const Pty pty = open_pty(STDIN_FILENO);
  request.controlling_tty = true;
  request.fds.push_back(pty.slave.duplicate());
  request.fds.push_back(pty.slave.duplicate());
  request.fds.push_back(isatty(STDERR_FILENO) ? pty.slave.duplicate() : copy_of(STDERR_FILENO));
  PtyOutput output(context.loop, pty, [&](std::string_view bytes) { context.output.result(bytes); });
  const StartedCommand command = wait_for(context.loop, context.network.start_command(std::move(request)));
  const KeyboardRelay keyboard(context.loop, STDIN_FILENO, pty);
  const int status = wait_for_end(context, command.id, [&] {
    pass_signals_on(context, command.id);
    if (Signals::take(SIGWINCH)) copy_window_size(STDIN_FILENO, pty.master.get());
    if (context.events.stopped()) context.output.result(output.leave_screen());
  });
  output.drain();
  return status;
}

}  // namespace

CommandRequest request_for(const std::string& node, std::vector<std::string> argv) {
  CommandRequest request;
  request.node = node;
  request.argv = std::move(argv);
  for (char** variable = environ; *variable != nullptr; variable++)
    request.environment.emplace_back(*variable);
  std::error_code gone;  // a directory that was removed under us
  request.directory = std::filesystem::current_path(gone).string();
  if (gone) request.directory = "/";
  request.umask = current_umask();
  return request;
}

int run_command(Context& context, CommandRequest request) {
  if (on_a_terminal()) return run_on_a_pty(context, std::move(request));
  return run_with_own_descriptors(context, std::move(request));
}

int wait_for_end(Context& context, uint64_t id, const std::function<void()>& each_turn) {
  for (;;) {
    if (const auto status = context.events.take_status(id)) return *status;
    each_turn();
    // Passing a signal on turns the loop, and may be when the end was heard of: nothing else will come then.
    if (const auto status = context.events.take_status(id)) return *status;
    if (context.events.stopped()) throw Error("the network has stopped: " + context.events.stop_reason());
    context.loop.turn();
  }
}

}  // namespace flowbed
