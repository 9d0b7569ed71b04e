#include "core/cli/line_source.hh"

#include <cstdio>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace flowbed {
namespace {

class FileLinesTest : public ::testing::Test {
 protected:
  EventLoop loop_;
  bool stop_ = false;
  FileLines::StopCheck check_ = [this] { return stop_; };
};

TEST_F(FileLinesTest, ReadsAPipeAsItComes) {
  FdPair pipe = make_pipe();
  FileLines lines(loop_, std::move(pipe.first), check_);
  ASSERT_EQ(write(pipe.second.get(), "one\ntw", 6), 6);
  EXPECT_EQ(lines.next(), "one");
  const auto later = loop_.after(std::chrono::milliseconds(20), [&] {
    ASSERT_EQ(write(pipe.second.get(), "o\n\nrest", 7), 7);
    pipe.second.close();
  });
  EXPECT_EQ(lines.next(), "two");
  EXPECT_EQ(lines.next(), "");
  EXPECT_EQ(lines.next(), "rest") << "the last line may lack its newline";
  EXPECT_EQ(lines.next(), std::nullopt);
}

TEST_F(FileLinesTest, ReadsRegularFilesAndDevNull) {
  std::FILE* file = std::tmpfile();
  std::fputs("a\nb\n", file);
  std::rewind(file);
  FileLines lines(loop_, FileDescriptor(dup(fileno(file))), check_);
  std::fclose(file);
  EXPECT_EQ(lines.next(), "a");
  EXPECT_EQ(lines.next(), "b");
  EXPECT_EQ(lines.next(), std::nullopt);
  EXPECT_EQ(FileLines(loop_, open_file("/dev/null", O_RDONLY), check_).next(), std::nullopt);
}

TEST_F(FileLinesTest, GivesUpWhenTheProgramIsToEnd) {
  const FdPair pipe = make_pipe();
  FileLines lines(loop_, pipe.first.duplicate(), check_);
  const auto later = loop_.after(std::chrono::milliseconds(20), [&] { stop_ = true; });
  EXPECT_EQ(lines.next(), std::nullopt);
}

}  // namespace
}  // namespace flowbed
