#include "core/os/process.hh"

#include <csignal>
#include <cstdio>
#include <cstring>

#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/io.hpp>
#include <boost/process/search_path.hpp>
#include <boost/process/system.hpp>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/os/privilege_filter.hh"
#include "core/os/realtime.hh"

namespace flowbed {
namespace bp = boost::process;
namespace {

constexpr const char* kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string search_path_of(const ProcessSpec& spec) {
  for (const std::string& variable : spec.environment) {
    if (variable.starts_with("PATH=")) return variable.substr(5);
  }
  return kDefaultPath;
}

// As execvp does: a name with a slash is a path already.
std::string find_program(const ProcessSpec& spec) {
  const std::string& name = spec.argv.at(0);
  if (name.find('/') != std::string::npos) return name;
  std::vector<boost::filesystem::path> folders;
  const std::string path = search_path_of(spec);
  for (size_t start = 0; start <= path.size();) {
    const size_t end = std::min(path.find(':', start), path.size());
    folders.emplace_back(path.substr(start, end - start));
    start = end + 1;
  }
  const auto found = bp::search_path(name, folders);
  if (found.empty()) throw SystemError(ENOENT, name + ": command not found");
  return found.string();
}

std::vector<char*> environment_of(const ProcessSpec& spec) {
  std::vector<char*> variables;
  for (const std::string& variable : spec.environment)
    variables.push_back(const_cast<char*>(variable.c_str()));
  variables.push_back(nullptr);
  return variables;
}

void become_session_leader(bool controlling_tty) {
  setsid();
  if (controlling_tty) check_syscall("take the terminal", ioctl(STDIN_FILENO, TIOCSCTTY, 0));
}

void restore_signals() {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGQUIT, SIGTSTP})
    std::signal(signal, SIG_DFL);
}

// In the child, between fork and exec. What it throws reaches the parent through Boost.Process.
void prepare_child(const ProcessSpec& spec) {
  for (const int fd : spec.cgroups) check_syscall("enter a control group", ::write(fd, "0", 1));
  if (spec.realtime) become_realtime();
  for (const int fd : spec.namespaces) check_syscall("enter a namespace", setns(fd, 0));
  for (size_t i = 0; i < spec.fds.size(); i++) {
    check_syscall("hand over descriptors", dup2(spec.fds[i].get(), static_cast<int>(i)));
  }
  become_session_leader(spec.controlling_tty);
  restore_signals();
  restore_descriptor_limit();
  ::umask(spec.umask);
  if (!spec.directory.empty() && chdir(spec.directory.c_str()) < 0) {
    dprintf(STDERR_FILENO, "flowbed: %s: %s; starting in /\n", spec.directory.c_str(), strerror(errno));
    check_syscall("enter /", chdir("/"));
  }
  if (spec.filter_privileges) install_privilege_filter();
}

class ChildSetup : public bp::extend::handler {
 public:
  // `fault`: where a fork that fails leaves its reason, for Boost tells it nobody else.
  ChildSetup(const ProcessSpec& spec, std::error_code& fault)
      : spec_(spec), environment_(environment_of(spec)), fault_(fault) {}
  template <class Executor>
  void on_exec_setup(Executor& executor) const {
    try {
      prepare_child(spec_);
      executor.env = environment_.data();  // Boost's own type reads past the ends of names (1.74)
    } catch (const SystemError& fault) {
      executor.set_error({fault.errnum(), std::system_category()}, fault.what());
      _exit(EXIT_FAILURE);
    } catch (const std::exception& fault) {
      executor.set_error({EPERM, std::system_category()}, fault.what());
      _exit(EXIT_FAILURE);
    }
  }

  // In the parent: Boost leaves a child that could not execute to us.
  template <class Executor>
  void on_error(Executor& executor, const std::error_code& fault) const {
    if (executor.pid > 0) waitpid(executor.pid, nullptr, 0);
    fault_ = fault;
  }

 private:
  const ProcessSpec& spec_;
  mutable std::vector<char*> environment_;
  std::error_code& fault_;
};

// A process that cannot be watched must not go on unwatched.
FileDescriptor pidfd_or_end(int pid) {
  try {
    return open_pidfd(pid);
  } catch (...) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    throw;
  }
}

}  // namespace

Process start_process(const ProcessSpec& spec) {
  const std::string program = find_program(spec);
  std::error_code fault;
  try {
    bp::child child(bp::exe = program,
                    bp::args = std::vector<std::string>(spec.argv.begin() + 1, spec.argv.end()),
                    ChildSetup(spec, fault));
    const int pid = child.id();
    child.detach();  // reaped through its pidfd
    // A negative one would stand for every process of this machine.
    if (pid > 0) return {pid, pidfd_or_end(pid)};
  } catch (const bp::process_error& error) {
    fault = error.code();
  }
  if (fault.value() == EAGAIN)
    throw Error(spec.argv[0] +
                ": this machine allows no more processes here; \"ulimit -u\" and sysctl kernel.pid_max "
                "tell how many");
  throw SystemError(spec.argv[0], fault.value());
}

void reserve_low_descriptors() {
  for (;;) {
    const int fd = check_syscall("open /dev/null", ::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (fd < kReservedDescriptors) continue;
    ::close(fd);
    return;
  }
}

void leave_directory() { check_syscall("enter /", ::chdir("/")); }

int run_program(const std::vector<std::string>& argv) {
  const auto program = bp::search_path(argv.at(0));
  if (program.empty()) return -1;
  std::error_code fault;
  const int status = bp::system(bp::exe = program.string(),
                                bp::args = std::vector<std::string>(argv.begin() + 1, argv.end()),
                                bp::std_in<bp::null, bp::std_out> bp::null, bp::std_err > bp::null, fault);
  return fault ? -1 : status;
}

bool is_installed(const std::string& program) { return !bp::search_path(program).empty(); }

bool has_ended(const Process& process) {
  pollfd ended{process.pidfd.get(), POLLIN, 0};
  return poll(&ended, 1, 0) > 0;
}

int reap(const Process& process) {
  siginfo_t info{};
  check_syscall("wait for a process",
                waitid(P_PIDFD, static_cast<id_t>(process.pidfd.get()), &info, WEXITED));
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

}  // namespace flowbed
