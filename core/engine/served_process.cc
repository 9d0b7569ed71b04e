#include "core/engine/served_process.hh"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <poll.h>

#include "core/base/error.hh"
#include "core/engine/environment.hh"

namespace flowbed {
namespace {

using namespace std::chrono_literals;

// One that ends this often right after its start would only do so again.
constexpr int kMaxQuickDeaths = 5;
constexpr Duration kQuickDeath = 2s;
constexpr Duration kRetryPause = 1s;

std::string end_in_words(int status, const std::string& last_words) {
  if (!last_words.empty()) return last_words;
  return status > 128 ? "killed by signal " + std::to_string(status - 128)
                      : "status " + std::to_string(status);
}

// Its log would keep a detached network's terminal busy; FLOWBED_DEBUG keeps it all the same.
FileDescriptor log_descriptor() {
  if (std::getenv("FLOWBED_DEBUG") != nullptr)
    return FileDescriptor(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10));
  return open_file("/dev/null", O_RDWR);
}

}  // namespace

void ServedProcess::start() {
  FdPair sockets = make_socket_pair();
  ProcessSpec spec;
  spec.argv = role_.arguments;
  spec.argv.insert(spec.argv.begin(),
                   std::filesystem::read_symlink("/proc/self/exe").parent_path() / "flowbed-switchd");
  spec.environment = own_environment();
  spec.directory = "/";
  if (role_.namespaces) spec.namespaces = role_.namespaces();
  spec.fds.push_back(open_file("/dev/null", O_RDWR));
  spec.fds.push_back(open_file("/dev/null", O_RDWR));
  spec.fds.push_back(log_descriptor());
  spec.fds.push_back(std::move(sockets.second));
  process_ = start_process(spec);
  has_given_up_ = false;
  started_ = monotonic_now();
  RpcPeer::Handlers handlers;
  handlers.on_request = role_.on_request;
  handlers.on_notification = [this](const std::string& method, const Json& params) {
    if (method == "fault") last_words_ = params.value("message", "");
    if (method == "warning") warn_(params.value("message", ""));
    if (role_.on_notification) role_.on_notification(method, params);
  };
  handlers.on_close = [this] { loop_.defer([this] { on_end(); }); };
  peer_ = std::make_unique<RpcPeer>(loop_, std::move(sockets.first), std::move(handlers));
}

// Without its socket it ends by itself, and leaves its files whole.
void ServedProcess::stop() {
  if (!peer_) return;
  auto peer = std::move(peer_);
  const Process process = std::move(process_);
  peer.reset();  // whoever waits for an answer may start a new one
  pollfd end{.fd = process.pidfd.get(), .events = POLLIN, .revents = 0};
  constexpr int kPatience = 500;  // ms
  poll(&end, 1, kPatience);
  kill(process.pid, SIGKILL);
  reap(process);
}

void ServedProcess::on_end() {
  if (!peer_ || !peer_->closed()) return;  // it was stopped meanwhile
  kill(process_.pid, SIGKILL);             // it may have lost its tongue only
  const std::string end = end_in_words(reap(process_), std::exchange(last_words_, {}));
  quick_deaths_ = monotonic_now() - started_ < kQuickDeath ? quick_deaths_ + 1 : 0;
  if (quick_deaths_ >= kMaxQuickDeaths) {
    has_given_up_ = true;
    return warn_(role_.name + " ends again and again (" + end + "); " + role_.loss +
                 ". FLOWBED_DEBUG=1 shows its log");
  }
  start_again(end);
}

void ServedProcess::start_again(const std::string& end) {
  try {
    start();
  } catch (const Error& fault) {
    warn_(role_.name + " has ended and cannot be started again now: " + fault.what() + "; trying on");
    retry_ = loop_.after(kRetryPause, [this, end] { start_again(end); });
    return;
  }
  restarts_++;
  spawn(role_.tell_everything(), [this, end](std::exception_ptr fault) {
    if (!peer_) return;  // stopped meanwhile
    if (fault) return warn_(role_.name + " could not be given its work again");
    warn_(role_.name + " had ended (" + end + ") and was started again (restart " +
          std::to_string(restarts_) + "); " + role_.recovery);
  });
}

}  // namespace flowbed
