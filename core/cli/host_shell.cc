#include "core/cli/host_shell.hh"

#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/cli/command.hh"
#include "core/cli/signals.hh"
#include "core/cli/words.hh"
#include "core/rpc/wait_for.hh"

namespace flowbed {
namespace {

// bash, with its standard input moved to descriptor 5 and our pipe in its place. The empty PS1 keeps it quiet
// until the first line of ours has taken the prompt away for good.
std::string start_line(bool interactive) {
  return std::string("PS1= exec bash --norc --noprofile --noediting +H ") + (interactive ? "-i" : "-s") +
         " 5<&0 0<&3 3<&-";
}

std::string first_line(bool interactive) {
  const std::string quiet =
      "export -n PS1; PS1= PS2=; set +o history; unset HISTFILE; shopt -s expand_aliases; exec 9>&4 4>&-";
  return quiet + (interactive ? "" : "; trap : INT") + "\n";
}

FileDescriptor copy_of(int fd) { return FileDescriptor(check_syscall("dup", dup(fd))); }

constexpr const char* kReportStatus = "printf '%d\\0' $? >&9\n";

}  // namespace

HostShell::HostShell(Context& context, const std::string& node, bool interactive) : context_(context) {
  FdPair commands = make_pipe(), statuses = make_pipe();
  commands_ = std::move(commands.second);
  statuses_ = std::move(statuses.first);
  set_nonblocking(statuses_.get());
  CommandRequest request = request_for(node, {"bash", "-c", start_line(interactive)});
  if (interactive) {
    give_terminal(request);
  } else {
    give_own_descriptors(request);
  }
  request.fds.push_back(std::move(commands.first));
  request.fds.push_back(std::move(statuses.second));
  const StartedCommand started = wait_for(context_.loop, context_.network.start_command(std::move(request)));
  id_ = started.id;
  pid_ = started.pid;
  watch_ = context_.loop.watch(statuses_.get(), EPOLLIN, [this](uint32_t) { read_statuses(); });
  write_all(commands_.get(), first_line(interactive));
}

void HostShell::give_terminal(CommandRequest& request) {
  pty_ = open_pty(STDIN_FILENO);
  output_.emplace(context_.loop, *pty_, [this](std::string_view bytes) { context_.output.relayed(bytes); });
  request.controlling_tty = true;
  request.fds.push_back(pty_->slave.duplicate());
  request.fds.push_back(pty_->slave.duplicate());
  request.fds.push_back(isatty(STDERR_FILENO) ? pty_->slave.duplicate() : copy_of(STDERR_FILENO));
}

void HostShell::give_own_descriptors(CommandRequest& request) {
  request.fds.push_back(open_file("/dev/null", O_RDONLY));
  request.fds.push_back(copy_of(STDOUT_FILENO));
  request.fds.push_back(copy_of(STDERR_FILENO));
}

bool HostShell::alive() {
  if (!ended_) ended_ = context_.events.take_status(id_);
  return !ended_ && !context_.events.stopped();
}

CommandEnd HostShell::run(const std::string& command) {
  write_all(commands_.get(), "eval " + quote_for_sh(command) + " <&5 5<&- 9>&-\n" + kReportStatus);
  if (pty_) return run_on_terminal();
  const int status = wait_for_status();
  return {status, status == 128 + SIGINT};
}

CommandEnd HostShell::run_on_terminal() {
  copy_window_size(STDIN_FILENO, pty_->master.get());
  const KeyboardRelay keyboard(context_.loop, STDIN_FILENO, *pty_);
  const int status = wait_for_status();
  output_->drain();
  if (context_.events.stopped()) context_.output.result(output_->leave_screen());
  context_.typed_ahead += unread_input(*pty_);
  return {status, status == 128 + SIGINT || keyboard.interrupted()};
}

int HostShell::wait_for_status() {
  for (;;) {
    if (const auto status = take_status()) return *status;
    if (!alive()) return ended_.value_or(1);
    if (const int signal = Signals::ending()) return 128 + signal;
    heed_signals();
    context_.loop.turn();
  }
}

void HostShell::heed_signals() {
  if (pty_) {
    if (Signals::take(SIGWINCH)) copy_window_size(STDIN_FILENO, pty_->master.get());
  } else if (Signals::pending(SIGINT) && !interrupt_sent_) {  // it stays pending: it ends the script too
    interrupt_sent_ = true;
    wait_for(context_.loop, context_.network.signal_command(id_, SIGINT));
  }
}

void HostShell::read_statuses() {
  char bytes[64];
  const ssize_t n = read(statuses_.get(), bytes, sizeof bytes);
  if (n > 0) status_text_.append(bytes, static_cast<size_t>(n));
  if (n == 0) watch_.cancel();  // bash has ended; its status comes as an event
}

std::optional<int> HostShell::take_status() {
  const size_t end = status_text_.find('\0');
  if (end == std::string::npos) return std::nullopt;
  const int status = std::stoi(status_text_.substr(0, end));
  status_text_.erase(0, end + 1);
  return status;
}

CommandEnd HostShells::run(const std::string& node, const std::string& command) {
  std::unique_ptr<HostShell>& shell = shells_[node];
  if (!shell || !shell->alive()) shell = std::make_unique<HostShell>(context_, node, interactive_);
  const CommandEnd end = shell->run(command);
  if (!shell->alive()) shells_.erase(node);
  return end;
}

int HostShells::pid_of(const std::string& node) {
  const auto shell = shells_.find(node);
  return shell != shells_.end() && shell->second && shell->second->alive() ? shell->second->pid() : 0;
}

}  // namespace flowbed
