#include "core/rpc/engine_process.hh"

#include <climits>
#include <cstdlib>
#include <vector>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hh"

extern char** environ;

namespace flowbed {
namespace {

constexpr int kEngineSocket = 3;

std::string program_folder() {
  if (const char* folder = std::getenv("FLOWBED_BIN")) return folder;
  char path[PATH_MAX];
  const ssize_t n = check_syscall("read /proc/self/exe", readlink("/proc/self/exe", path, sizeof path));
  const std::string program(path, static_cast<size_t>(n));
  return program.substr(0, program.rfind('/'));
}

// Starts flowbed-engine; its descriptor `as` is `fd`.
int spawn_engine(const std::vector<std::string>& options, const FileDescriptor& fd, int as) {
  const std::string program = program_folder() + "/flowbed-engine";
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& option : options) argv.push_back(const_cast<char*>(option.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fd.get(), as);
  int pid = 0;
  const int rv = posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (rv != 0) throw SystemError("start " + program, rv);
  return pid;
}

std::string read_to_end(const FileDescriptor& fd) {
  std::string text;
  char chunk[4096];
  while (const ssize_t n = check_syscall("read the engine's answer", read(fd.get(), chunk, sizeof chunk)))
    text.append(chunk, static_cast<size_t>(n));
  return text;
}

}  // namespace

EngineProcess start_engine(const std::string& network, const ForwardingOptions& forwarding) {
  FdPair sockets = make_socket_pair();
  std::vector<std::string> arguments = forwarding.arguments();
  arguments.push_back("--name=" + network);
  arguments.push_back("--socket=" + std::to_string(kEngineSocket));
  const int pid = spawn_engine(arguments, sockets.second, kEngineSocket);
  return {pid, std::move(sockets.first)};
}

DoctorReport ask_doctor() {
  FdPair answer = make_pipe();
  const int pid = spawn_engine({"--doctor"}, answer.second, STDOUT_FILENO);
  answer.second.close();
  const std::string text = read_to_end(answer.first);
  int status = 0;
  check_syscall("wait for the engine", waitpid(pid, &status, 0));
  Json findings = Json::parse(text, nullptr, false);
  if (!findings.is_array()) throw Error("flowbed-engine --doctor gave no answer; is it of this version?");
  return {WIFEXITED(status) && WEXITSTATUS(status) == 0, std::move(findings)};
}

}  // namespace flowbed
