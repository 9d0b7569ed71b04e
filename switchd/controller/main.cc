// flowbed-controller: a small OpenFlow controller, which makes learning switches of all that connect to it.

#include <csignal>
#include <cstdio>
#include <list>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "core/base/error.hh"
#include "core/base/event_loop.hh"
#include "core/base/tcp_socket.hh"
#include "switchd/controller/learning_controller.hh"
#include "switchd/openflow/channel/endpoint.hh"

namespace flowbed::sw {
namespace {

// One switch that has connected. Its socket blocks when written to: a switch that does not read what it asked
// for holds up the others for a second at most, and is then let go.
class Session {
 public:
  explicit Session(FileDescriptor socket) : socket_(std::move(socket)) {
    const timeval patience{.tv_sec = 1, .tv_usec = 0};
    set_nonblocking(socket_.get(), false);
    setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    answer();
  }

  int fd() const { return socket_.get(); }
  void watch(EventLoop::Registration watch) { watch_ = std::move(watch); }

  bool receive() {  // false: the conversation is over
    uint8_t buffer[65536];
    const ssize_t size = recv(socket_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (size <= 0) return false;
    try {
      controller_.receive({buffer, static_cast<size_t>(size)});
    } catch (const Error& fault) {
      fprintf(stderr, "flowbed-controller: %s: %s\n", peer_name(socket_.get()).c_str(), fault.what());
      return false;
    }
    return answer();
  }

 private:
  bool answer() {
    const std::vector<uint8_t> output = controller_.take_output();
    size_t written = 0;
    while (written < output.size()) {
      const ssize_t size =
          send(socket_.get(), output.data() + written, output.size() - written, MSG_NOSIGNAL);
      if (size <= 0) return false;
      written += static_cast<size_t>(size);
    }
    return true;
  }

  FileDescriptor socket_;
  LearningController controller_;
  EventLoop::Registration watch_;
};

void serve(const ofp::Endpoint& place) {
  EventLoop loop;
  std::list<Session> sessions;
  const FileDescriptor listener = start_listening(place.address, place.port);
  const auto accept_one = [&](uint32_t) {
    FileDescriptor socket(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) return;
    const auto session = sessions.emplace(sessions.end(), std::move(socket));
    session->watch(loop.watch(session->fd(), EPOLLIN, [&sessions, session](uint32_t) {
      if (!session->receive()) sessions.erase(session);
    }));
  };
  const auto watch = loop.watch(listener.get(), EPOLLIN, accept_one);
  loop.run();
}

}  // namespace
}  // namespace flowbed::sw

int main(int argc, char** argv) {
  try {
    const auto place = flowbed::sw::ofp::parse_endpoint(argc > 1 ? argv[1] : "ptcp:");
    if (argc > 2 || !place.passive) throw flowbed::Error("usage: flowbed-controller [ptcp:[PORT][:ADDRESS]]");
    flowbed::sw::serve(place);
    return 0;
  } catch (const flowbed::Error& fault) {
    fprintf(stderr, "flowbed-controller: %s\n", fault.what());
    return 2;
  }
}
