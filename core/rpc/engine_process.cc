#include "core/rpc/engine_process.hh"

#include <climits>
#include <cstdlib>

#include <spawn.h>
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

}  // namespace

EngineProcess start_engine(const std::string& network) {
  FdPair sockets = make_socket_pair();
  const std::string program = program_folder() + "/flowbed-engine";
  const std::string name_option = "--name=" + network;
  const std::string socket_option = "--socket=" + std::to_string(kEngineSocket);
  char* argv[] = {const_cast<char*>(program.c_str()), const_cast<char*>(name_option.c_str()),
                  const_cast<char*>(socket_option.c_str()), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, sockets.second.get(), kEngineSocket);
  EngineProcess engine;
  const int rv = posix_spawn(&engine.pid, program.c_str(), &actions, nullptr, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (rv != 0) throw SystemError("start " + program, rv);
  engine.socket = std::move(sockets.first);
  return engine;
}

}  // namespace flowbed
