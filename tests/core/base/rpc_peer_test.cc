#include "core/base/rpc_peer.hh"

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

using namespace std::chrono_literals;

// Two peers on one loop; tests fill in the server's handlers.
class RpcPeerTest : public testing::Test {
 protected:
  void connect(RpcPeer::Handlers server, RpcPeer::Handlers client = {}) {
    FdPair pair = make_socket_pair();
    client_ = std::make_unique<RpcPeer>(loop_, std::move(pair.first), std::move(client));
    server_ = std::make_unique<RpcPeer>(loop_, std::move(pair.second), std::move(server));
  }

  std::string error_of_call(const std::string& method) {
    try {
      client_->call_and_wait(method, Json::object());
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  }

  void turn_some() {
    for (int i = 0; i < 5; i++) loop_.turn(1ms);
  }

  EventLoop loop_;
  std::unique_ptr<RpcPeer> client_, server_;
};

void echo(RpcPeer::Request request, RpcPeer::Responder responder) {
  responder.ok({{"method", request.method}, {"params", request.params}}, std::move(request.fds));
}

TEST_F(RpcPeerTest, AnswersACall) {
  connect({echo, {}, {}});
  const RpcResult result = client_->call_and_wait("hello", {{"n", 1}});
  EXPECT_EQ(result.value, (Json{{"method", "hello"}, {"params", {{"n", 1}}}}));
}

TEST_F(RpcPeerTest, CarriesDescriptorsBothWays) {
  connect({echo, {}, {}});
  FdPair pipe = make_pipe();
  std::vector<FileDescriptor> fds;
  fds.push_back(std::move(pipe.second));
  const RpcResult result = client_->call_and_wait("hello", Json::object(), std::move(fds));
  ASSERT_EQ(result.fds.size(), 1u);
  ASSERT_EQ(write(result.fds[0].get(), "x", 1), 1);
  char c = 0;
  EXPECT_EQ(read(pipe.first.get(), &c, 1), 1);
}

TEST_F(RpcPeerTest, AFailureIsAnErrorWithItsMessage) {
  connect({[](RpcPeer::Request, RpcPeer::Responder responder) { responder.fail(kFault, "there is no h9"); },
           {},
           {}});
  EXPECT_EQ(error_of_call("any"), "there is no h9");
}

TEST_F(RpcPeerTest, AnAnswerMayComeLater) {
  std::vector<RpcPeer::Responder> waiting;
  connect({[&](RpcPeer::Request, RpcPeer::Responder r) { waiting.push_back(std::move(r)); }, {}, {}});
  const auto timer = loop_.after(5ms, [&] { waiting.at(0).ok("late"); });
  EXPECT_EQ(client_->call_and_wait("any", Json::object()).value, "late");
}

TEST_F(RpcPeerTest, AnswersMayComeInAnotherOrder) {
  std::vector<RpcPeer::Responder> waiting;
  connect({[&](RpcPeer::Request, RpcPeer::Responder r) { waiting.push_back(std::move(r)); }, {}, {}});
  std::string order;
  const auto call = [](RpcPeer& peer, std::string name, std::string& out) -> Task<> {
    out += (co_await peer.call(name, Json::object())).value.get<std::string>();
  };
  spawn(call(*client_, "first", order));
  spawn(call(*client_, "second", order));
  turn_some();
  ASSERT_EQ(waiting.size(), 2u);
  waiting[1].ok("second ");
  waiting[0].ok("first");
  turn_some();
  EXPECT_EQ(order, "second first");
}

TEST_F(RpcPeerTest, ADroppedRequestIsAnsweredWithAnError) {
  connect({[](RpcPeer::Request, RpcPeer::Responder) {}, {}, {}});
  EXPECT_EQ(error_of_call("any"), "the request was dropped without an answer");
}

TEST_F(RpcPeerTest, ASideWithoutHandlerSaysSo) {
  connect({});
  EXPECT_EQ(error_of_call("any"), "this side answers no requests");
}

TEST_F(RpcPeerTest, BothSidesMayCall) {
  connect({echo, {}, {}}, {echo, {}, {}});
  EXPECT_EQ(server_->call_and_wait("to the client", Json::object()).value.at("method"), "to the client");
}

TEST_F(RpcPeerTest, NotificationsArrive) {
  std::string heard;
  connect({{}, [&](const std::string& method, Json params) { heard = method + params.dump(); }, {}});
  client_->notify("news", {{"n", 1}});
  turn_some();
  EXPECT_EQ(heard, "news{\"n\":1}");
}

TEST_F(RpcPeerTest, ACallFailsWhenTheConnectionEnds) {
  connect({[&](RpcPeer::Request, RpcPeer::Responder) { server_.reset(); }, {}, {}});
  EXPECT_EQ(error_of_call("any"), "the connection was closed");
  EXPECT_TRUE(client_->closed());
  EXPECT_EQ(error_of_call("any"), "the connection is closed");
}

TEST_F(RpcPeerTest, TellsWhenTheCallerNoLongerWaits) {
  std::vector<RpcPeer::Responder> waiting;
  Json asked, abandoned;
  connect({.on_request =
               [&](RpcPeer::Request request, RpcPeer::Responder responder) {
                 asked = request.id;
                 waiting.push_back(std::move(responder));
               },
           .on_notification = {},
           .on_close = {},
           .on_abandon = [&](const Json& id) { abandoned = id; }});
  const auto call = [](RpcPeer& peer) -> Task<> { co_await peer.call("any", Json::object()); };
  {
    TaskGroup group;
    group.start(call(*client_));
    turn_some();
  }
  turn_some();
  EXPECT_EQ(abandoned, asked);
  waiting.at(0).ok("too late");
  turn_some();
  EXPECT_FALSE(client_->closed());
}

TEST_F(RpcPeerTest, AFailingCallMayAbandonTheOthers) {
  connect({[&](RpcPeer::Request, RpcPeer::Responder) { server_.reset(); }, {}, {}});
  TaskGroup group;
  bool failed = false;
  const auto call = [](RpcPeer& peer) -> Task<> { co_await peer.call("any", Json::object()); };
  const auto both = [&](RpcPeer& peer) -> Task<> {
    std::vector<Task<>> calls;
    calls.push_back(call(peer));
    calls.push_back(call(peer));
    co_await when_all(std::move(calls));
  };
  group.start(both(*client_), [&](std::exception_ptr fault) { failed = fault != nullptr; });
  turn_some();
  EXPECT_TRUE(failed);
}

TEST_F(RpcPeerTest, TellsOnceWhenTheOtherSideGoes) {
  int closes = 0;
  connect({}, {{}, {}, [&] { closes++; }});
  server_.reset();
  turn_some();
  EXPECT_EQ(closes, 1);
}

TEST_F(RpcPeerTest, OnCloseMayDestroyThePeer) {
  connect({}, {{}, {}, [&] { client_.reset(); }});
  server_.reset();
  turn_some();
  EXPECT_EQ(client_, nullptr);
}

TEST_F(RpcPeerTest, NonsenseEndsTheConnection) {
  FdPair pair = make_socket_pair();
  bool closed = false;
  RpcPeer peer(loop_, std::move(pair.first), {{}, {}, [&] { closed = true; }});
  ASSERT_EQ(write(pair.second.get(), "nonsense\n", 9), 9);
  turn_some();
  EXPECT_TRUE(closed);
}

TEST_F(RpcPeerTest, AReplyToNoCallIsIgnored) {
  FdPair pair = make_socket_pair();
  RpcPeer peer(loop_, std::move(pair.first), {});
  for (const std::string line :
       {"{\"id\":7,\"result\":1}\n", "{\"id\":\"x\"}\n", "{}\n", "{\"id\":null,\"method\":5}\n"}) {
    ASSERT_GT(write(pair.second.get(), line.data(), line.size()), 0);
  }
  turn_some();
  EXPECT_FALSE(peer.closed());
}

TEST_F(RpcPeerTest, ASystemErrorStaysOne) {
  connect({[](RpcPeer::Request, RpcPeer::Responder responder) {
             responder.fail(std::make_exception_ptr(SystemError(ENOENT, "frobnicate: command not found")));
           },
           {},
           {}});
  try {
    client_->call_and_wait("run", Json::object());
    FAIL() << "accepted";
  } catch (const SystemError& fault) {
    EXPECT_STREQ(fault.what(), "frobnicate: command not found");
    EXPECT_EQ(fault.errnum(), ENOENT);
  }
}

}  // namespace
}  // namespace flowbed
