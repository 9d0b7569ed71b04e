// Channels over real sockets, with a controller that the test plays: what a switch does when it comes and
// goes.
#include "switchd/openflow/channel/channels.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "core/base/tcp_socket.hh"
#include "core/rpc/wait_for.hh"
#include "switchd/datapath/userspace/userspace_datapath.hh"
#include "switchd/openflow/framer.hh"
#include "tests/switchd/openflow/channel/certificates.hh"
#include "tests/switchd/recording_output.hh"
#include "tests/switchd/slowpath/bridges.hh"

namespace flowbed::sw::ofp {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;

const IpAddress kHere = IpAddress::from_ipv4(INADDR_LOOPBACK);

class OwnSockets : public SocketSource {
 public:
  Task<FileDescriptor> start_connecting(std::string, IpAddress address, uint16_t port) override {
    co_return flowbed::start_connecting(address, port);
  }
  Task<FileDescriptor> start_listening(std::string, IpAddress address, uint16_t port) override {
    if (pause > Duration::zero()) co_await sleep_for(loop, pause);
    co_return flowbed::start_listening(address, port);
  }

  explicit OwnSockets(EventLoop& l) : loop(l) {}
  EventLoop& loop;
  Duration pause{};  // as where another process makes the socket
};

uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

class ChannelsTest : public testing::Test {
 protected:
  void put_bridge(FailMode fail_mode) {
    BridgeConfig bridge = BridgeBuilder(1).ports(1, 2).config();
    bridge.fail_mode = fail_mode;
    slow_path_.put_bridge(bridge, all_links_up);
  }
  void put(FailMode fail_mode, bool tls = false) {
    put_bridge(fail_mode);
    ChannelsConfig config;
    config.controllers.push_back({.name = "c0", .endpoint = {.tls = tls, .address = kHere, .port = port_}});
    channels_.put("s1", config);
  }
  template <class Condition>
  bool turn_until(Condition condition) {
    const TimePoint give_up = monotonic_now() + 10s;
    bool done = condition();
    while (!done && monotonic_now() < give_up) {
      loop_.turn(5ms);
      done = condition();
    }
    return done;
  }
  // The next connection to the controller.
  FileDescriptor accept_next() {
    FileDescriptor socket;
    EXPECT_TRUE(turn_until([&] {
      socket = FileDescriptor(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      return bool{socket};
    }));
    return socket;
  }
  static Bytes hello_of_13() {
    const OfVersion versions[] = {OfVersion::k13};
    return encode_request(make_hello(versions), OfVersion::k13, 1);
  }
  FileDescriptor accept_hello() {
    FileDescriptor socket = accept_next();
    const Bytes hello = hello_of_13();
    EXPECT_EQ(send(socket.get(), hello.data(), hello.size(), 0), static_cast<ssize_t>(hello.size()));
    return socket;
  }
  bool is_connected() { return channels_.find("s1")->is_connected(); }
  const Bridge& bridge() { return *slow_path_.bridges().find("s1"); }

  EventLoop loop_;
  RecordingOutput output_;
  UserspaceDatapath datapath_{output_};
  SlowPath slow_path_{datapath_};
  OwnSockets sockets_{loop_};
  std::vector<std::string> warnings_;
  FileDescriptor listener_ = flowbed::start_listening(kHere, 0);
  const uint16_t port_ = port_of(listener_.get());
  Channels channels_{loop_, slow_path_, sockets_,
                     [this](const std::string&, const std::string& text) { warnings_.push_back(text); }};
};

TEST_F(ChannelsTest, ASecureSwitchWaitsForItsController) {
  put(FailMode::kSecure);
  EXPECT_FALSE(bridge().standalone);
  EXPECT_EQ(bridge().pipeline->tables.size(), 0u);
  const FileDescriptor controller = accept_hello();
  EXPECT_TRUE(turn_until([&] { return is_connected(); }));
}

TEST_F(ChannelsTest, AStandaloneSwitchIsNormalWhileNobodyIsThere) {
  put(FailMode::kStandalone);
  EXPECT_TRUE(bridge().standalone);
  FileDescriptor controller = accept_hello();
  EXPECT_TRUE(turn_until([&] { return is_connected(); }));
  EXPECT_FALSE(bridge().standalone);
  EXPECT_EQ(bridge().pipeline->tables.size(), 0u) << "the controller says what to do";
  controller.close();
  listener_.close();
  EXPECT_TRUE(turn_until([&] { return bridge().standalone; }));
  EXPECT_THAT(warnings_, Contains(HasSubstr("no connection to controller c0 at tcp:127.0.0.1:")));
}

TEST_F(ChannelsTest, AChangedFailModeHoldsAtOnceWhereNobodyIsThere) {
  put(FailMode::kSecure);
  listener_.close();
  put(FailMode::kStandalone);
  channels_.fail_mode_changed("s1");
  EXPECT_TRUE(bridge().standalone);
}

TEST_F(ChannelsTest, AChangedFailModeHoldsAtOnceWithoutControllers) {
  put_bridge(FailMode::kSecure);
  EXPECT_EQ(bridge().pipeline->tables.size(), 0u);
  put_bridge(FailMode::kStandalone);
  channels_.fail_mode_changed("s1");
  EXPECT_EQ(bridge().pipeline->tables.size(), 1u) << "a rule that makes it a normal switch";
  put_bridge(FailMode::kSecure);
  channels_.fail_mode_changed("s1");
  EXPECT_EQ(bridge().pipeline->tables.size(), 0u);
}

TEST_F(ChannelsTest, ALostControllerIsLookedForAgain) {
  put(FailMode::kStandalone);
  FileDescriptor controller = accept_hello();
  EXPECT_TRUE(turn_until([&] { return is_connected(); }));
  const TimePoint lasting = monotonic_now() + std::chrono::milliseconds(1010);
  EXPECT_TRUE(turn_until([&] { return monotonic_now() > lasting; }));
  controller.close();
  EXPECT_TRUE(turn_until([&] { return !is_connected(); }));
  EXPECT_FALSE(bridge().standalone) << "first it is looked for";
  controller = accept_hello();
  EXPECT_TRUE(turn_until([&] { return is_connected(); }));
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(ChannelsTest, WhoTurnsToGarbageIsToldOfAndTriedLessAndLessOften) {
  put(FailMode::kStandalone);
  constexpr int kTimes = 4;
  const TimePoint start = monotonic_now();
  for (int i = 0; i < kTimes; i++) {
    const FileDescriptor controller = accept_hello();
    EXPECT_TRUE(turn_until([&] { return is_connected(); }));
    const uint8_t garbage[8] = {0xff, 0, 0, 4};
    send(controller.get(), garbage, sizeof garbage, 0);
    EXPECT_TRUE(turn_until([&] { return !is_connected(); }));
    EXPECT_TRUE(bridge().standalone);
  }
  EXPECT_EQ(warnings_.size(), static_cast<size_t>(kTimes));
  EXPECT_GE(monotonic_now() - start, std::chrono::milliseconds(50 + 100 + 200));
}

TEST_F(ChannelsTest, AListenerIsOpeningUntilItIsKnownWhetherItListens) {
  sockets_.pause = 20ms;
  slow_path_.put_bridge(BridgeBuilder(1).ports(1, 2).config(), all_links_up);
  ChannelsConfig config;
  config.listeners.push_back({.endpoint = {.passive = true, .address = kHere, .port = port_}});
  config.listeners.push_back({.endpoint = {.passive = true, .address = kHere, .port = 0}});
  channels_.put("s1", config);
  using enum Listener::State;
  EXPECT_EQ(channels_.count(kOpening), 2u);
  EXPECT_TRUE(turn_until([&] { return channels_.count(kOpening) == 0; }));
  EXPECT_EQ(channels_.count(kListening), 1u);
  EXPECT_EQ(channels_.count(kClosed), 1u);
  EXPECT_THAT(channels_.find("s1")->listeners().front()->fault(), HasSubstr("Address already in use"));
}

TEST_F(ChannelsTest, WhatIsNoOpenFlowIsLeftAndTriedAgain) {
  put(FailMode::kSecure);
  for (int i = 0; i < 2; i++) {
    const FileDescriptor socket = accept_next();
    const std::string_view text = "SSH-2.0-OpenSSH\r\n";
    send(socket.get(), text.data(), text.size(), 0);
    EXPECT_TRUE(turn_until([&] { return !warnings_.empty(); }));
  }
  EXPECT_THAT(warnings_.front(), HasSubstr("it does not begin with an OpenFlow hello"));
}

TEST_F(ChannelsTest, UnderTlsAControllerIsOneWithACertificate) {
  const test::Certified authority = test::make_authority("ca");
  const Tls controller(test::identity(test::make_certified("c0", authority), authority));
  channels_.identify(Tls(test::identity(test::make_certified("s1", authority), authority)));
  put(FailMode::kSecure, true);
  FileDescriptor socket = accept_next();
  set_nonblocking(socket.get());
  const auto stream = controller.accept(std::move(socket));
  EXPECT_TRUE(turn_until([&] { return stream->write(hello_of_13()).has_value(); }));
  EXPECT_TRUE(turn_until([&] { return is_connected(); }));
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(ChannelsTest, WhoHasNoneIsNoController) {
  const test::Certified authority = test::make_authority("ca");
  channels_.identify(Tls(test::identity(test::make_certified("s1", authority), authority)));
  put(FailMode::kSecure, true);
  const FileDescriptor plain = accept_hello();
  EXPECT_TRUE(turn_until([&] { return !warnings_.empty(); }));
  EXPECT_THAT(warnings_.front(), HasSubstr("c0 at ssl:127.0.0.1:"));
  EXPECT_THAT(warnings_.front(), HasSubstr("127.0.0.1 does not speak TLS"));
  const FileDescriptor again = accept_next();
  EXPECT_TRUE(again) << "it is tried again";
}

TEST_F(ChannelsTest, WithoutAnIdentityTlsIsAFault) {
  put(FailMode::kSecure, true);
  EXPECT_TRUE(turn_until([&] { return !warnings_.empty(); }));
  EXPECT_THAT(warnings_.front(), HasSubstr("TLS needs certificates"));
}

TEST_F(ChannelsTest, TheLastControllerThatIsTakenAwayLeavesANormalSwitch) {
  put(FailMode::kStandalone);
  channels_.put("s1", {});
  EXPECT_FALSE(bridge().standalone);
  EXPECT_EQ(bridge().pipeline->tables.size(), 1u);
  EXPECT_EQ(channels_.find("s1"), nullptr);
}

}  // namespace
}  // namespace flowbed::sw::ofp
