#include "core/engine/captures.hh"

#include <csignal>
#include <cstdlib>

#include <sys/epoll.h>
#include <unistd.h>

#include "core/base/error.hh"

namespace flowbed {

void Captures::start(const std::string& name, const std::string& node, const std::string& kernel_interface,
                     const std::string& file) {
  if (running_.contains(name))
    throw Error("capture: " + name + " is being captured; use: capture-stop " + name);
  running_.emplace(name, Running{node, start_capture(kernel_.namespace_fd(node), kernel_interface, file)});
}

void Captures::forget_node(const std::string& node) {
  for (const auto& [name, running] : running_) {
    if (running.node == node) kill(running.capture.process.pid, SIGTERM);
  }
}

Task<uint64_t> Captures::stop(std::string name) {
  auto capture = running_.extract(name);
  if (capture.empty()) throw Error("capture-stop: " + name + " is not being captured");
  const Process& process = capture.mapped().capture.process;
  kill(process.pid, SIGTERM);
  co_await ready(loop_, process.pidfd.get(), EPOLLIN);
  reap(process);
  char text[256] = {};
  (void)!read(capture.mapped().capture.result.get(), text, sizeof text - 1);
  char* end = text;
  const uint64_t packets = std::strtoull(text, &end, 10);
  if (end == text || *end != '\0')
    throw Error("capture of " + name + ": " + (*text ? text : "its process was killed"));
  co_return packets;
}

}  // namespace flowbed
