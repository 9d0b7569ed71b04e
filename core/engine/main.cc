// flowbed-engine: one network. Started by the face that creates the network (core/rpc/engine_process), never
// by hand.
//
// Order matters here. The warden comes first, for it stays outside. Then the process enters its own
// namespaces and gives its children a PID namespace of their own; from then on it makes no threads. Only then
// does it take something from the machine, the control socket: by now two others are there to take it back.

#include <algorithm>
#include <csignal>
#include <ctime>
#include <iterator>
#include <optional>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/log.hh"
#include "core/engine/cgroup_limiter.hh"
#include "core/engine/cgroup_record.hh"
#include "core/engine/doctor.hh"
#include "core/engine/engine_verbs.hh"
#include "core/engine/fabric.hh"
#include "core/engine/ferry_process.hh"
#include "core/engine/switch_process.hh"
#include "core/engine/warden.hh"
#include "core/os/init.hh"
#include "core/os/linux_kernel.hh"
#include "core/os/network_namespace.hh"
#include "core/os/process.hh"
#include "core/rpc/rendezvous.hh"
#include "core/rpc/server.hh"
#include "core/rpc/wait_for.hh"

namespace flowbed {
namespace {

struct EngineOptions {
  std::string name;
  ForwardingOptions forwarding;
  int socket = -1;
};

// Descriptors 0 … 9 become free for commands, and a detached engine holds nobody's terminal as its input or
// output.
FileDescriptor settle_descriptors(int socket) {
  close_all_except(
      {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, socket});  // what else our caller has open is not ours
  FileDescriptor owner(
      check_syscall("keep the control socket", fcntl(socket, F_DUPFD_CLOEXEC, kReservedDescriptors)));
  ::close(socket);
  reserve_low_descriptors();
  const FileDescriptor null = open_file("/dev/null", O_RDWR);
  check_syscall("settle descriptors", dup2(null.get(), STDIN_FILENO));
  check_syscall("settle descriptors", dup2(null.get(), STDOUT_FILENO));
  return owner;
}

Capabilities find_capabilities() { return {.ipv6 = access("/proc/sys/net/ipv6", F_OK) == 0}; }

// Whoever waits for the end of our log must not wait for a network that goes on without him.
void leave_terminal() {
  const FileDescriptor null = open_file("/dev/null", O_RDWR);
  check_syscall("leave the terminal", dup2(null.get(), STDERR_FILENO));
}

class Engine {
 public:
  Engine(const EngineOptions& options, FileDescriptor owner)
      : options_(options),
        warden_(loop_, options.name, cgroups_, [this] { on_warden_death(); }),
        neighbour_room_(has_machine_privileges()),
        ids_(enter_fabric(warden_, folder_)),
        init_(start_init(kept_by_init(), [this] { clean_up_as_init(); })),
        listener_(listen_for_clients(options.name, machine_folder_.path())),
        socket_file_(options.name, machine_folder_.path()),
        limiter_(warden_, ids_ == IdMode::root,
                 [this](const std::string& node) {
                   return processes_in_network_namespace(kernel_.namespace_fd(node));
                 }),
        names_(folder_),
        stand_ins_(folder_, ids_),
        commands_(loop_, kernel_, limiter_, names_, stand_ins_, ids_, options.name, command_listeners()),
        controllers_(commands_, folder_, [this](const std::string& message) { network_.warn(message); }),
        captures_(loop_, kernel_),
        sockets_(warden_, kernel_),
        switches_(loop_, sockets_, options.forwarding,
                  [this](const std::string& message) { network_.warn(message); }),
        ferry_(loop_, kernel_, [this](const std::string& message) { network_.warn(message); }),
        ferry_trial_(loop_, kernel_, ferry_),
        network_({loop_, kernel_, switches_, ferry_, &commands_, &names_, find_capabilities(),
                  [this](const std::string& node) { on_node_leaves(node); }, &limiter_, &neighbour_room_,
                  &controllers_, &ferry_trial_},
                 {[this] { loop_.stop(); }, leave_terminal}),
        verbs_{loop_,    kernel_,      commands_, captures_,     switches_, ferry_,
               network_, options.name, ids_,      warden_.pid(), init_.pid, monotonic_now()} {
    add_measurement_verbs(network_.verb_table(), verbs_);
    add_edit_verbs(network_.verb_table(), verbs_);
    add_operation_verbs(network_.verb_table(), verbs_);
    add_report_verbs(network_.verb_table(), verbs_);
    watch_init_ =
        loop_.watch(init_.pidfd.get(), EPOLLIN, [this](uint32_t) { stop_because("init has ended"); });
    serve(std::move(owner));
  }

  // Until the network's end. The end of init is the end of every process in the hosts, switchd included;
  // init's own end waits until all of these are reaped, which is for their parent to do.
  void run() {
    run_loop();
    server_->stop_listening();
    watch_init_.cancel();
    ferry_.stop();
    kill(init_.pid, SIGKILL);
    socket_file_.remove();
    for (pid_t ended = 0; ended != init_.pid && ended >= 0;) ended = waitpid(-1, nullptr, 0);
    cgroups_.remove();
    neighbour_room_.release();
  }

 private:
  // Without init no process can be started, which may show (in a restart of switchd) before its end does.
  // What was taken from the machine goes back all the same.
  void run_loop() {
    try {
      loop_.run();
    } catch (const std::exception& fault) {
      stop_because(has_ended(init_) ? "init has ended" : fault.what());
    }
  }

  Commands::Listeners command_listeners() {
    return {[this](uint64_t id, int status) {
              controllers_.ended(id, status);
              network_.emit({{"event", "command-ended"}, {"id", id}, {"status", status}});
            },
            [this](const std::string& message) { network_.warn(message); }};
  }

  // Clients are told all verbs at once, switchd's included, so its table comes first.
  void serve(FileDescriptor owner) {
    wait_for(loop_, switches_.learn_verbs());
    Server::Options options{options_.name, network_.warnings(), [this] { loop_.stop(); }};
    server_ = std::make_unique<Server>(loop_, network_, std::move(listener_), std::move(options));
    server_->add_owner(std::move(owner));
    if (!warden_lives_) warn_of_dead_warden();
  }

  // It may die before there is a network to warn.
  void on_warden_death() {
    warden_lives_ = false;
    if (server_) warn_of_dead_warden();
  }

  void warn_of_dead_warden() {
    network_.warn(
        "the warden has ended; the network goes on, but what it has taken from the machine comes back only "
        "by a "
        "regular stop");
  }

  std::vector<int> kept_by_init() const {
    std::vector<int> fds{machine_folder_.fd(), cgroups_.fd()};
    std::ranges::copy(neighbour_room_.fds(), std::back_inserter(fds));
    return fds;
  }

  // Children of the engine that were about to become commands hold its listening socket as long as they live,
  // and have only just been killed.
  void remove_own_socket() const {
    constexpr int kTries = 50;
    constexpr timespec kPause{.tv_sec = 0, .tv_nsec = 10'000'000};
    for (int i = 0; i < kTries && !remove_dead_socket(options_.name, machine_folder_.path()); i++)
      nanosleep(&kPause, nullptr);
  }

  // What the warden does at the engine's end, in case it is not there any more.
  void clean_up_as_init() {
    remove_own_socket();
    neighbour_room_.release();
    cgroups_.remove();
  }

  void on_node_leaves(const std::string& node) {
    captures_.forget_node(node);
    commands_.forget_node(node);
  }

  void stop_because(const std::string& reason) {
    network_.emit({{"event", "network-stopped"}, {"reason", reason}});
    loop_.stop();
  }

  EngineOptions options_;
  bool warden_lives_ = true;
  EventLoop loop_;
  CgroupRecord cgroups_;
  Warden warden_;
  RuntimeFolder machine_folder_;  // the machine's; at `folder_` is the network's own from enter_fabric on
  std::string folder_ = runtime_directory();
  NeighbourRoom neighbour_room_;
  IdMode ids_;
  Process init_;
  FileDescriptor listener_;
  ControlSocketFile socket_file_;
  LinuxKernel kernel_;
  CgroupLimiter limiter_;
  NameFiles names_;
  StandIns stand_ins_;
  Commands commands_;
  ControllerPrograms controllers_;
  Captures captures_;
  ChannelSockets sockets_;
  SwitchProcess switches_;
  FerryProcess ferry_;
  FerryTrial ferry_trial_;
  LocalNetwork network_;
  VerbContext verbs_;
  EventLoop::Registration watch_init_;
  std::unique_ptr<Server> server_;
};

void report_failure(FileDescriptor owner, const std::string& message) {
  Channel channel(std::move(owner));
  channel.send({{"jsonrpc", "2.0"}, {"method", "failed"}, {"params", {{"message", message}}}});
}

int run_engine(const EngineOptions& options) {
  FileDescriptor owner = settle_descriptors(options.socket);
  FileDescriptor for_failure = owner.duplicate();
  setsid();
  leave_directory();
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  try {
    Engine engine(options, std::move(owner));
    for_failure.close();
    engine.run();
    _exit(0);  // the kernel collects everything at once, faster than destructors would one by one
  } catch (const std::exception& fault) {
    if (for_failure) report_failure(std::move(for_failure), fault.what());
    spdlog::debug("{}", fault.what());
    return 1;
  }
}

}  // namespace
}  // namespace flowbed

int main(int argc, char** argv) {
  flowbed::EngineOptions options;
  bool doctor = false;
  CLI::App app("The engine of one Flowbed network; started by flowbed.", "flowbed-engine");
  auto* network = app.add_option_group("network");
  network->add_option("--name", options.name, "the network's name")->required();
  network->add_option("--socket", options.socket, "descriptor of the creating face's control socket")
      ->required();
  network->add_option("--datapath", options.forwarding.datapath, "auto, nft or userspace");
  network->add_flag("--kernel-counters", options.forwarding.kernel_counters,
                    "all interfaces on packets' way count them");
  app.add_option_group("doctor")
      ->add_flag("--doctor", doctor, "tell as JSON what this machine offers, and make no network")
      ->required();
  app.require_option(1);
  CLI11_PARSE(app, argc, argv);
  if (doctor) return flowbed::print_findings();
  flowbed::set_up_logging("flowbed-engine", std::getenv("FLOWBED_DEBUG") != nullptr ? "debug" : "error");
  return flowbed::run_engine(options);
}
