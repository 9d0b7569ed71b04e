#include "core/engine/commands.hh"

#include <csignal>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/engine/environment.hh"
#include "core/os/network_namespace.hh"

namespace flowbed {
namespace {

std::string name_of(const Node* node) { return node == nullptr ? "" : node->name; }

// Its process does not outlive it.
class KillOnExit {
 public:
  explicit KillOnExit(Process process) : process_(std::move(process)) {}
  KillOnExit(const KillOnExit&) = delete;
  KillOnExit& operator=(const KillOnExit&) = delete;
  ~KillOnExit() {
    if (reaped_) return;
    kill(process_.pid, SIGKILL);
    siginfo_t ignored{};
    waitid(P_PIDFD, static_cast<id_t>(pidfd()), &ignored, WEXITED);
  }

  int pidfd() const { return process_.pidfd.get(); }
  int status() {
    reaped_ = true;
    return reap(process_);
  }

 private:
  Process process_;
  bool reaped_ = false;
};

Task<void> collect(EventLoop& loop, int fd, std::string& text) {
  char chunk[16384];
  for (;;) {
    co_await ready(loop, fd, EPOLLIN);
    const ssize_t n = read(fd, chunk, sizeof chunk);
    if (n <= 0) co_return;
    text.append(chunk, static_cast<size_t>(n));
  }
}

}  // namespace

Commands::Commands(EventLoop& loop, Kernel& kernel, const HostLimiter& limiter, NameFiles& names,
                   const StandIns& stand_ins, IdMode ids, std::string fabric_hostname, Listeners listeners)
    : loop_(loop),
      kernel_(kernel),
      limiter_(limiter),
      names_(names),
      stand_ins_(stand_ins),
      ids_(ids),
      fabric_hostname_(std::move(fabric_hostname)),
      listeners_(std::move(listeners)) {}

const HostView& Commands::view_of(const Node* node) {
  const std::string name = name_of(node);
  if (const auto found = views_.find(name); found != views_.end()) return found->second;
  HostViewSpec spec;
  spec.hostname = node == nullptr ? fabric_hostname_ : name;
  spec.network_namespace = kernel_.namespace_fd(name);
  spec.files = stand_ins_.files();
  spec.files.push_back({names_.hosts_file(), "/etc/hosts"});
  spec.files.push_back({names_.resolv_file(node), "/etc/resolv.conf"});
  spec.own_run = ids_ != IdMode::root;
  if (node != nullptr) {
    for (const PrivateDir& dir : node->private_dirs) spec.private_dirs.push_back({dir.path, dir.from});
  }
  HostView view = make_host_view(spec);
  for (const std::string& warning : view.warnings) {
    if (!std::exchange(warned_[warning], true)) listeners_.warn(warning);
  }
  return views_.emplace(name, std::move(view)).first->second;
}

Process Commands::start_process_in(const Node* node, CommandRequest request) {
  const HostView& view = view_of(node);
  ProcessSpec spec;
  spec.argv = std::move(request.argv);
  spec.environment = std::move(request.environment);
  spec.directory = std::move(request.directory);
  spec.umask = request.umask;
  spec.fds = std::move(request.fds);
  spec.controlling_tty = request.controlling_tty;
  spec.namespaces = {kernel_.namespace_fd(name_of(node)), view.mount_namespace.get(),
                     view.uts_namespace.get()};
  HostEntrance entrance = limiter_.entrance(name_of(node));
  spec.cgroups = std::move(entrance.cgroups);
  spec.realtime = entrance.realtime;
  spec.filter_privileges = ids_ == IdMode::single;
  return start_process(spec);
}

StartedCommand Commands::start(CommandRequest request, const Node* node) {
  Process process = start_process_in(node, std::move(request));
  const uint64_t id = next_id_++;
  StartedCommand started{id, process.pid, process.pidfd.duplicate()};
  const int pidfd = process.pidfd.get();
  Running& running = running_.emplace(id, Running{name_of(node), std::move(process), {}}).first->second;
  running.watch = loop_.watch(pidfd, EPOLLIN, [this, id](uint32_t) { on_end(id); });
  return started;
}

void Commands::on_end(uint64_t id) {
  auto ended = running_.extract(id);
  if (ended.empty()) return;
  ended.mapped().watch.cancel();
  listeners_.ended(id, reap(ended.mapped().process));
}

void Commands::signal(uint64_t id, int signal) {
  const auto command = running_.find(id);
  if (command != running_.end()) kill(-command->second.process.pid, signal);
}

Task<CommandOutput> Commands::run(const Node* node, std::vector<std::string> argv) {
  FdPair out = make_pipe(), err = make_pipe();
  CommandRequest request;
  request.argv = std::move(argv);
  request.environment = own_environment();
  request.directory = "/";
  request.fds.push_back(open_file("/dev/null", O_RDONLY));
  request.fds.push_back(std::move(out.second));
  request.fds.push_back(std::move(err.second));
  KillOnExit process(start_process_in(node, std::move(request)));
  CommandOutput output;
  std::vector<Task<void>> readers;
  readers.push_back(collect(loop_, out.first.get(), output.out));
  readers.push_back(collect(loop_, err.first.get(), output.err));
  co_await when_all(std::move(readers));
  co_await ready(loop_, process.pidfd(), EPOLLIN);
  output.status = process.status();
  co_return output;
}

// Daemons have left their command's process group, but not the host's network namespace.
void Commands::forget_node(const std::string& node) {
  for (const int pid : processes_in_network_namespace(kernel_.namespace_fd(node))) kill(pid, SIGKILL);
  views_.erase(node);
}

}  // namespace flowbed
