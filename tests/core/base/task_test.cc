#include "core/base/task.hh"

#include <memory>

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

using namespace std::chrono_literals;

// Runs until `done`, at most a few seconds.
void turn_until(EventLoop& loop, const bool& done) {
  const TimePoint deadline = monotonic_now() + 5s;
  while (!done && monotonic_now() < deadline) loop.turn(10ms);
  ASSERT_TRUE(done);
}

Task<int> doubled(EventLoop& loop, int n) {
  co_await sleep_for(loop, 1ms);
  co_return 2 * n;
}

Task<int> sum(EventLoop& loop) {
  const int a = co_await doubled(loop, 1);
  const int b = co_await doubled(loop, 2);
  co_return a + b;
}

Task<> store(Task<int> task, int& out) { out = co_await task; }

TEST(Task, WaitsForOtherTasks) {
  EventLoop loop;
  int result = 0;
  bool done = false;
  spawn(store(sum(loop), result), [&](std::exception_ptr) { done = true; });
  EXPECT_FALSE(done);
  turn_until(loop, done);
  EXPECT_EQ(result, 6);
}

Task<int> failing(EventLoop& loop) {
  co_await sleep_for(loop, 1ms);
  throw Error("as expected");
}

TEST(Task, HandsExceptionsOn) {
  EventLoop loop;
  int result = 0;
  bool done = false;
  std::exception_ptr fault;
  spawn(store(failing(loop), result), [&](std::exception_ptr e) {
    fault = e;
    done = true;
  });
  turn_until(loop, done);
  EXPECT_THROW(std::rethrow_exception(fault), Error);
}

Task<> note_start(bool& started) {
  started = true;
  co_return;
}

TEST(Task, StartsWhenItIsAwaited) {
  bool started = false;
  { const Task<> never = note_start(started); }
  EXPECT_FALSE(started);
  spawn(note_start(started));
  EXPECT_TRUE(started);
}

struct NoteEnd {
  explicit NoteEnd(bool& flag) : ended(flag) {}
  ~NoteEnd() { ended = true; }
  bool& ended;
};

Task<int> nested(EventLoop& loop, bool& ended) {
  const NoteEnd note(ended);
  co_await sleep_for(loop, 10s);
  co_return 1;
}

// Awaits `task` to its first suspension, then is destroyed with it.
struct Abandoned {
  struct promise_type {
    Abandoned get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> handle;
};

Abandoned begin(Task<int> task) { co_await task; }

TEST(Task, DestroyingItDestroysWhatItAwaits) {
  EventLoop loop;
  bool ended = false;
  const Abandoned outer = begin(nested(loop, ended));
  EXPECT_FALSE(ended);
  outer.handle.destroy();
  EXPECT_TRUE(ended);
  loop.turn(0ms);
}

Task<> nested_in_group(EventLoop& loop, bool& ended) { co_await nested(loop, ended); }

TEST(TaskGroup, AbandonsOneOfItsTasks) {
  EventLoop loop;
  bool first_ended = false, second_ended = false;
  TaskGroup group;
  const uint64_t first = group.start(nested_in_group(loop, first_ended), [](std::exception_ptr) { FAIL(); });
  group.start(nested_in_group(loop, second_ended));
  group.abandon(first);
  group.abandon(first);
  EXPECT_TRUE(first_ended);
  EXPECT_FALSE(second_ended);
}

TEST(TaskGroup, ItsEndIsTheEndOfItsTasks) {
  EventLoop loop;
  bool ended = false;
  { TaskGroup().start(nested_in_group(loop, ended)); }
  EXPECT_TRUE(ended);
  loop.turn(0ms);
}

Task<> fail_later(EventLoop& loop) { co_await failing(loop); }

TEST(TaskGroup, TellsTheEndAndMayThenBeDestroyed) {
  EventLoop loop;
  auto group = std::make_unique<TaskGroup>();
  bool done = false;
  group->start(fail_later(loop), [&](std::exception_ptr fault) {
    done = fault != nullptr;
    group.reset();
  });
  turn_until(loop, done);
}

Task<> all_of(EventLoop& loop, bool& first_ended, bool& second_ended) {
  std::vector<Task<>> tasks;
  tasks.push_back(nested_in_group(loop, first_ended));
  tasks.push_back(nested_in_group(loop, second_ended));
  co_await when_all(std::move(tasks));
}

TEST(Task, DestroyingWhenAllDestroysWhatItWaitsFor) {
  EventLoop loop;
  bool first_ended = false, second_ended = false;
  { TaskGroup().start(all_of(loop, first_ended, second_ended)); }
  EXPECT_TRUE(first_ended);
  EXPECT_TRUE(second_ended);
  loop.turn(0ms);
}

Task<> wait_ready(EventLoop& loop, int fd, Duration limit, std::optional<bool>& out) {
  out = co_await ready(loop, fd, EPOLLIN, monotonic_now() + limit);
}

TEST(Task, WaitsForADescriptorOrADeadline) {
  EventLoop loop;
  FdPair pipe = make_pipe();
  std::optional<bool> result;
  bool done = false;
  spawn(wait_ready(loop, pipe.first.get(), 1ms, result), [&](std::exception_ptr) { done = true; });
  turn_until(loop, done);
  EXPECT_EQ(result, false);
  done = false;
  ASSERT_EQ(write(pipe.second.get(), "x", 1), 1);
  spawn(wait_ready(loop, pipe.first.get(), 5s, result), [&](std::exception_ptr) { done = true; });
  turn_until(loop, done);
  EXPECT_EQ(result, true);
}

Task<int> immediate(int n) { co_return n; }

Task<> many(int count, int& total) {
  for (int i = 0; i < count; i++) total += co_await immediate(1);
}

// Without optimisation every task that never suspends costs some stack of the one that awaits it.
TEST(Task, AwaitsManyInARow) {
  int total = 0;
  spawn(many(1000, total));
  EXPECT_EQ(total, 1000);
}

}  // namespace
}  // namespace flowbed
