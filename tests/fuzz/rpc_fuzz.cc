// Whatever bytes come over a control socket: the peer answers, ignores or closes, and what it answers is
// JSON.
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include "core/base/rpc_peer.hh"

namespace {

using namespace flowbed;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "broken: " << what << '\n';
  std::abort();
}

RpcPeer::Handlers echoing() {
  return {
      .on_request =
          [](RpcPeer::Request request, RpcPeer::Responder responder) {
            if (request.method == "drop") return;
            if (request.method == "fail") return responder.fail(kFault, "as asked");
            responder.ok({{"method", request.method}, {"params", request.params}}, std::move(request.fds));
          },
      .on_notification = [](const std::string&, const Json&) {},
      .on_close = {},
      .on_abandon = [](const Json&) {}};
}

void read_answers(int fd) {
  std::string answers;
  char chunk[65536];
  for (ssize_t n = 0; (n = read(fd, chunk, sizeof chunk)) > 0;) answers.append(chunk, static_cast<size_t>(n));
  for (size_t start = 0, end = 0; (end = answers.find('\n', start)) != std::string::npos; start = end + 1)
    demand(Json::accept(answers.substr(start, end - start)), "an answer is JSON");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  spdlog::set_level(spdlog::level::off);
  EventLoop loop;
  FdPair sockets = make_socket_pair();
  set_nonblocking(sockets.first.get());
  RpcPeer peer(loop, std::move(sockets.second), echoing());
  TaskGroup calls;
  const auto call = [](RpcPeer& to) -> Task<> { co_await to.call("question", Json::object()); };
  calls.start(call(peer));  // id 1: the bytes may answer it
  if (write(sockets.first.get(), data, size) < 0) return 0;
  for (int turn = 0; turn < 4; turn++) loop.turn(Duration(0));
  read_answers(sockets.first.get());
  return 0;
}
