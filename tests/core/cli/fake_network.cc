#include "tests/core/cli/fake_network.hh"

#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/topo/builders.hh"

namespace flowbed {
namespace {

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// In the child, as the engine does it: a session of its own, descriptors 0, 1, 2 …, the controlling terminal.
[[noreturn]] void become(CommandRequest& request) {
  setsid();
  std::vector<int> high;
  for (const FileDescriptor& fd : request.fds) high.push_back(fcntl(fd.get(), F_DUPFD_CLOEXEC, 100));
  for (size_t i = 0; i < high.size(); i++) dup2(high[i], static_cast<int>(i));
  if (request.controlling_tty) ioctl(STDIN_FILENO, TIOCSCTTY, 0);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(signal, SIG_DFL);
  if (chdir(request.directory.c_str()) != 0) _exit(126);
  execvpe(request.argv[0].c_str(), pointers_to(request.argv).data(), pointers_to(request.environment).data());
  _exit(127);
}

}  // namespace

FakeNetwork::~FakeNetwork() {
  for (auto& [id, child] : children_) {
    kill(-child.pid, SIGKILL);
    waitpid(child.pid, nullptr, 0);
  }
}

Task<ApplyReport> FakeNetwork::apply(Topology wanted, bool) {
  topology_ = std::move(wanted);
  co_return ApplyReport{};
}

Task<StartedCommand> FakeNetwork::start_command(CommandRequest request) {
  const int pid = check_syscall("fork", fork());
  if (pid == 0) become(request);
  const uint64_t id = static_cast<uint64_t>(++commands_started_);
  FileDescriptor pidfd = open_pidfd(pid);
  auto watch = loop_.watch(pidfd.get(), EPOLLIN, [this, id, pid](uint32_t) { on_child_end(id, pid); });
  StartedCommand started{id, pid, pidfd.duplicate()};
  pidfd.release();  // watched for as long as the test runs
  children_.emplace(id, Child{pid, std::move(watch)});
  co_return started;
}

void FakeNetwork::on_child_end(uint64_t id, int pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  children_.erase(id);
  emit({{"event", "command-ended"},
        {"id", id},
        {"status", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)}});
}

Task<void> FakeNetwork::signal_command(uint64_t id, int signal) {
  if (const auto child = children_.find(id); child != children_.end()) kill(-child->second.pid, signal);
  co_return;
}

Task<Json> FakeNetwork::call(std::string verb, Json params) {
  calls_.emplace_back(verb, params);
  const auto answer = answers_.find(verb);
  if (answer == answers_.end()) co_return Json::object();
  co_return answer->second;
}

Topology small_topology() { return complete(build_topology("minimal")); }

std::vector<Verb> sample_verbs() {
  const VerbParameter client{"client", "host", "sends", false}, server{"server", "host", "receives", false};
  const VerbParameter which{"switch", "switch", "which switch", true};
  return {
      {"pingall", {{"timeout", "number", "seconds", false}}, "Pings between all hosts.", {}},
      {"iperf", {client, server, {"seconds", "number", "how long", false}}, "Measures TCP throughput.", {}},
      {"iperfudp",
       {{"bandwidth", "rate", "e.g. 10M", false}, client, server},
       "Measures UDP throughput.",
       {}},
      {"link",
       {{"a", "linked", "one end", true},
        {"b", "neighbour", "the other", true},
        {"state", "up|down", "what it becomes", true}},
       "Sets a link up or down.",
       {}},
      {"add-host",
       {{"name", "string", "its name", true}, {"address", "string", "its address", false}},
       "Adds a host.",
       {}},
      {"add-link",
       {{"a", "node", "one end", true}, {"b", "node", "the other", true}},
       "Links two nodes.",
       {}},
      {"del-node", {{"name", "node", "which", true}}, "Removes a node.", {}},
      {"del-link",
       {{"a", "linked", "one end", true}, {"b", "neighbour", "the other", true}},
       "Removes a link.",
       {}},
      {"switch",
       {{"name", "switch", "which", true}, {"action", "start|stop", "what", true}},
       "Starts or stops a switch.",
       {}},
      {"capture",
       {{"interface", "capturable", "which", true}, {"file", "file", "pcapng", true}},
       "Captures.",
       {}},
      {"ports", {which}, "Counters of a switch's ports.", {}},
      {"trace",
       {which, {"packet", "fields:in_port=,ip_dst=,icmp", "in_port=1,…", true}},
       "What would happen to a packet.",
       {}},
      {"flows", {which, {"filter", "fields:table=,ip", "which rules", false}}, "Shows rules.", {}},
      {"add-flow",
       {which, {"flow", "fields:table=,ip,in_port=,actions=,actions=output,actions=drop", "a rule", true}},
       "Adds a rule.",
       {}},
      {"mod-flows",
       {which,
        {"strict", "flag", "exactly this one", false},
        {"flow", "fields:table=,ip,actions=,actions=output", "a rule", true}},
       "Changes rules.",
       {}},
      {"del-meters", {which, {"meter", "fields:meter=", "which", false}}, "Removes meters.", {}},
      {"state", {}, "Everything as it is.", {}},
  };
}

}  // namespace flowbed
