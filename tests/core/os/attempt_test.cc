#include "core/os/probe/attempt.hh"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"

namespace flowbed {
namespace {

using testing::HasSubstr;

TEST(Attempt, ReturnsWhatItsBodyReturns) {
  const Outcome outcome = attempt([] { return "so it is"; });
  EXPECT_TRUE(outcome.worked);
  EXPECT_EQ(outcome.text, "so it is");
}

TEST(Attempt, TellsWhyItsBodyFailed) {
  const Outcome outcome = attempt([]() -> std::string { throw SystemError("do it", EPERM); });
  EXPECT_FALSE(outcome.worked);
  EXPECT_EQ(outcome.text, "do it: Operation not permitted");
}

TEST(Attempt, FailsWhenItsChildIsKilled) {
  EXPECT_THAT(attempt([] {
                raise(SIGKILL);
                return "";
              }).text,
              HasSubstr("killed"));
}

// The grandchild holds the pipe's other end: its death is what ends the read.
TEST(Attempt, KillsWhatHangsWithItsChildren) {
  FdPair alive = make_pipe();
  const Outcome outcome = attempt(
      []() -> std::string {
        (void)!fork();
        for (;;) pause();
      },
      std::chrono::milliseconds(50));
  EXPECT_FALSE(outcome.worked);
  EXPECT_THAT(outcome.text, HasSubstr("in time"));
  alive.second.close();
  char byte;
  EXPECT_EQ(read(alive.first.get(), &byte, 1), 0);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
}

}  // namespace
}  // namespace flowbed
