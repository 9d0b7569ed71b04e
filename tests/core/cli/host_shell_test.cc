// The shell of a node, driven for real: bash on this machine stands for the node.

#include "core/cli/host_shell.hh"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "core/cli/command.hh"
#include "core/cli/signals.hh"
#include "core/cli/terminal.hh"
#include "tests/core/cli/fake_network.hh"

namespace flowbed {
namespace {

using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

class HostShellTest : public ::testing::Test {
 protected:
  EventLoop loop_;
  Signals signals_{loop_};
  FakeNetwork network_{loop_};
  std::string shown_;
  Output output_{Verbosity::info, [this](std::string_view text) { shown_ += text; }, [](std::string_view) {}};
  Events events_{network_, output_};
  Context context_{loop_, network_, output_, events_};
};

// Puts another file in the place of one of our descriptors while it lives.
class Redirected {
 public:
  Redirected(int fd, int to) : fd_(fd), saved_(dup(fd)) { dup2(to, fd); }
  ~Redirected() { dup2(saved_.get(), fd_); }

 private:
  int fd_;
  FileDescriptor saved_;
};

// Without a terminal, commands write to our own descriptors.
class PlainHostShell : public HostShellTest {
 protected:
  int run(const std::string& command) {
    FdPair pipe = make_pipe();
    set_nonblocking(pipe.first.get());
    int status = 0;
    {
      const Redirected out(STDOUT_FILENO, pipe.second.get());
      if (!shell_ || !shell_->alive()) shell_ = std::make_unique<HostShell>(context_, "h1", false);
      status = shell_->run("exec >/proc/" + std::to_string(getpid()) + "/fd/" +
                           std::to_string(pipe.second.get()) + "; " + command)
                   .status;
    }
    char bytes[4096];
    const ssize_t n = read(pipe.first.get(), bytes, sizeof bytes);
    said_.assign(bytes, n > 0 ? static_cast<size_t>(n) : 0);
    return status;
  }

  std::unique_ptr<HostShell> shell_;
  std::string said_;
};

TEST_F(PlainHostShell, GivesTheStatusOfEachCommand) {
  EXPECT_EQ(run("true"), 0);
  EXPECT_EQ(run("false"), 1);
  EXPECT_EQ(run("(exit 7)"), 7);
  EXPECT_EQ(run("if then"), 2);
  EXPECT_EQ(run("echo \"it's\" 'a  b'"), 0);
  EXPECT_EQ(said_, "it's a  b\n");
  EXPECT_EQ(network_.commands_started_, 1);
}

TEST_F(PlainHostShell, KeepsDirectoryVariablesAndFunctions) {
  run("cd /; x=41; f() { echo $((x + 1)); }");
  run("pwd; f");
  EXPECT_EQ(said_, "/\n42\n");
}

TEST_F(PlainHostShell, GivesCommandsNoInputAndNoStrayDescriptors) {
  EXPECT_EQ(run("cat"), 0);
  EXPECT_EQ(said_, "");
  EXPECT_EQ(run("test ! -e /proc/self/fd/5 && test ! -e /proc/self/fd/9 && test ! -e /proc/self/fd/4"), 0);
}

TEST_F(PlainHostShell, StartsAnewAfterExit) {
  run("x=1");
  EXPECT_EQ(run("exit 3"), 3);
  EXPECT_FALSE(shell_->alive());
  run("echo \"[$x]\"");
  EXPECT_EQ(said_, "[]\n");
}

TEST_F(PlainHostShell, RunsEachNodesShellOnce) {
  HostShells shells(context_, false);
  EXPECT_EQ(shells.pid_of("h1"), 0);
  EXPECT_EQ(shells.run("h1", "true").status, 0);
  EXPECT_EQ(shells.run("h1", "true").status, 0);
  EXPECT_EQ(network_.commands_started_, 1);
  EXPECT_GT(shells.pid_of("h1"), 0);
  EXPECT_EQ(shells.run("h2", "exit 4").status, 4);
  EXPECT_EQ(shells.pid_of("h2"), 0);
}

TEST_F(PlainHostShell, PassesAnInterruptOn) {
  const auto interrupt = loop_.after(200ms, [] { raise(SIGINT); });
  EXPECT_THAT(run("sleep 30"), AnyOf(130, 0));
  EXPECT_TRUE(Signals::take(SIGINT)) << "it ends the script as well";
  EXPECT_EQ(run("echo on"), 0);
  EXPECT_EQ(said_, "on\n");
}

// With a terminal of our own in the place of standard input: keys are what is written to its master.
class TerminalHostShell : public HostShellTest {
 protected:
  int run(const std::string& command) {
    shown_.clear();
    return (end_ = shell().run(command)).status;
  }
  HostShell& shell() {
    if (!shell_) shell_ = std::make_unique<HostShell>(context_, "h1", true);
    return *shell_;
  }
  EventLoop::Registration type_after(Duration delay, const std::string& keys) {
    return loop_.after(delay, [this, keys] { write_all(terminal_.master.get(), keys); });
  }

  static Pty fresh_terminal() {
    FileDescriptor master(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    unlockpt(master.get());
    set_nonblocking(master.get());
    FileDescriptor slave = open_slave_again(master);
    return {std::move(master), std::move(slave)};
  }

  Pty terminal_ = fresh_terminal();
  Redirected input_{STDIN_FILENO, terminal_.slave.get()};
  Redirected errors_{STDERR_FILENO, terminal_.slave.get()};
  std::unique_ptr<HostShell> shell_;
  CommandEnd end_;
};

TEST_F(TerminalHostShell, KeepsWhatWasTypedAheadForThePrompt) {
  const auto early = type_after(200ms, "nodes\rpinga");
  EXPECT_EQ(run("sleep 0.5"), 0);
  EXPECT_EQ(context_.typed_ahead, "nodes\npinga");
  EXPECT_EQ(run("cat </dev/null; read -t 0.1 x; echo \"[$x]\""), 0);
  EXPECT_THAT(shown_, EndsWith("[]\r\n")) << "the next command must not get it";
}

TEST_F(TerminalHostShell, NoticesCtrlCEvenIfTheCommandEndsWell) {
  const auto key = type_after(300ms, "\x03");
  EXPECT_EQ(run("sh -c 'sleep 30 & trap \"kill $!; exit 0\" INT; wait'"), 0);
  EXPECT_TRUE(end_.interrupted);
  run("true");
  EXPECT_FALSE(end_.interrupted);
}

TEST_F(TerminalHostShell, GivesTheScreenBackWhenTheNetworkDies) {
  const auto death = loop_.after(300ms, [&] { network_.emit({{"event", "network-stopped"}, {"reason", "x"}}); });
  run("printf '\\033[?1049hvim'; sleep 30");
  EXPECT_THAT(shown_, EndsWith("\x1b[?1049l\x1b[?25h\x1b[0m"));
}

TEST_F(TerminalHostShell, ShowsAllOfTheOutputBeforeItReturns) {
  EXPECT_EQ(run("echo hello"), 0);
  EXPECT_EQ(shown_, "hello\r\n");
  EXPECT_EQ(run("seq 20000 | tail -c 100000"), 0);
  EXPECT_THAT(shown_, EndsWith("19999\r\n20000\r\n"));
}

TEST_F(TerminalHostShell, ReadsTheKeyboard) {
  const auto key = type_after(200ms, "joe\r");
  EXPECT_EQ(run("read -p 'name? ' name; echo \"got $name\""), 0);
  EXPECT_THAT(shown_, HasSubstr("name? joe\r\ngot joe\r\n"));
}

TEST_F(TerminalHostShell, InterruptsCommandsAndLoopsButNotItself) {
  run("x=5");
  for (const char* command :
       {"sleep 30", "while :; do :; done", "for i in 1 2 3; do sleep 20; done", "sleep 30 | cat"}) {
    const auto key = type_after(300ms, "\x03");
    EXPECT_EQ(run(command), 130) << command;
  }
  EXPECT_EQ(run("echo still $x"), 0);
  EXPECT_EQ(shown_, "still 5\r\n");
  EXPECT_EQ(network_.commands_started_, 1);
}

TEST_F(TerminalHostShell, ControlsJobs) {
  const auto key = type_after(300ms, "\x1a");
  EXPECT_EQ(run("sleep 30"), 148);
  run("jobs");
  EXPECT_THAT(shown_, HasSubstr("Stopped"));
  EXPECT_EQ(run("kill %1; wait %1 2>/dev/null; true"), 0);
}

TEST_F(TerminalHostShell, GivesCommandsATerminal) {
  EXPECT_EQ(run("test -t 0 -a -t 1 -a -t 2 && : </dev/tty"), 0);
  EXPECT_EQ(run("cat <<X\nh$((1+1))\nX"), 0);
  EXPECT_EQ(shown_, "h2\r\n");
}

TEST_F(TerminalHostShell, RestoresTheTerminal) {
  termios before{}, after{};
  tcgetattr(STDIN_FILENO, &before);
  run("true");
  tcgetattr(STDIN_FILENO, &after);
  EXPECT_EQ(before.c_lflag, after.c_lflag);
  EXPECT_EQ(before.c_oflag, after.c_oflag);
}

TEST_F(TerminalHostShell, ShowsWhatABackgroundJobSays) {
  run("(sleep 0.2; echo late) &");
  shown_.clear();
  const TimePoint limit = monotonic_now() + 5s;
  while (shown_.find("late") == std::string::npos && monotonic_now() < limit) loop_.turn(100ms);
  EXPECT_THAT(shown_, HasSubstr("late\r\n"));
}

TEST_F(TerminalHostShell, EndsWithExit) {
  EXPECT_EQ(run("exit 3"), 3);
  EXPECT_FALSE(shell().alive());
}

}  // namespace
}  // namespace flowbed
