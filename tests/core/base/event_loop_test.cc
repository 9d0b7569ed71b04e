#include "core/base/event_loop.hh"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace flowbed {
namespace {

using namespace std::chrono_literals;

TEST(EventLoop, CallsBackWhenADescriptorIsReady) {
  EventLoop loop;
  FdPair pipe = make_pipe();
  int calls = 0;
  const auto watch = loop.watch(pipe.first.get(), EPOLLIN, [&](uint32_t events) {
    EXPECT_TRUE(events & EPOLLIN);
    calls++;
  });
  loop.turn(0ms);
  EXPECT_EQ(calls, 0);
  ASSERT_EQ(write(pipe.second.get(), "x", 1), 1);
  loop.turn(1s);
  EXPECT_EQ(calls, 1);
  loop.turn(1s);
  EXPECT_EQ(calls, 2) << "level-triggered: it is still readable";
}

TEST(EventLoop, ACancelledWatchIsSilent) {
  EventLoop loop;
  FdPair pipe = make_pipe();
  ASSERT_EQ(write(pipe.second.get(), "x", 1), 1);
  auto watch = loop.watch(pipe.first.get(), EPOLLIN, [](uint32_t) { FAIL(); });
  watch.cancel();
  loop.turn(0ms);
  EXPECT_FALSE(watch);
}

TEST(EventLoop, ACallbackMayCancelItself) {
  EventLoop loop;
  FdPair pipe = make_pipe();
  ASSERT_EQ(write(pipe.second.get(), "x", 1), 1);
  int calls = 0;
  EventLoop::Registration watch;
  watch = loop.watch(pipe.first.get(), EPOLLIN, [&](uint32_t) {
    calls++;
    watch.cancel();
  });
  loop.turn(1s);
  loop.turn(0ms);
  EXPECT_EQ(calls, 1);
}

TEST(EventLoop, ACallbackMayCancelAnotherThatIsReadyToo) {
  EventLoop loop;
  FdPair one = make_pipe(), two = make_pipe();
  ASSERT_EQ(write(one.second.get(), "x", 1), 1);
  ASSERT_EQ(write(two.second.get(), "x", 1), 1);
  int calls = 0;
  EventLoop::Registration first, second;
  first = loop.watch(one.first.get(), EPOLLIN, [&](uint32_t) { calls++, second.cancel(); });
  second = loop.watch(two.first.get(), EPOLLIN, [&](uint32_t) { calls++, first.cancel(); });
  loop.turn(1s);
  EXPECT_EQ(calls, 1);
}

TEST(EventLoop, TimersFireInTheirOrder) {
  EventLoop loop;
  std::string order;
  const auto late = loop.after(10ms, [&] { order += "late", loop.stop(); });
  const auto early = loop.after(1ms, [&] { order += "early "; });
  auto never = loop.after(5ms, [&] { order += "never "; });
  never.cancel();
  loop.run();
  EXPECT_EQ(order, "early late");
}

TEST(EventLoop, DeferredWorkComesBeforeTheNextWait) {
  EventLoop loop;
  std::string order;
  loop.defer([&] {
    order += "a";
    loop.defer([&] { order += "c"; });
  });
  loop.defer([&] { order += "b"; });
  loop.turn(0ms);
  loop.turn(0ms);
  EXPECT_EQ(order, "abc");
}

TEST(EventLoop, ATurnWaitsNoLongerThanAsked) {
  EventLoop loop;
  const auto timer = loop.after(10s, [] {});
  const TimePoint start = monotonic_now();
  loop.turn(5ms);
  EXPECT_LT(monotonic_now() - start, 5s);
  EXPECT_GE(monotonic_now() - start, 4ms);
}

}  // namespace
}  // namespace flowbed
