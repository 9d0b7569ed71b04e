#include "core/cli/progress_bar.hh"

#include <gtest/gtest.h>

namespace flowbed {
namespace {

using namespace std::chrono_literals;

class ProgressBarTest : public ::testing::Test {
 protected:
  TimePoint start_{};
  std::string shown_;
  ProgressBar::Sink sink_ = [this](std::string_view text) { shown_ += text; };
};

TEST_F(ProgressBarTest, WaitsASecond) {
  ProgressBar bar(start_, 80, sink_);
  bar.update(start_ + 999ms, 5, 10);
  EXPECT_EQ(shown_, "");
  bar.update(start_ + 1s, 5, 10);
  EXPECT_EQ(shown_, "\r[" + std::string(25, '#') + std::string(25, ' ') + "] 5/10");
}

TEST_F(ProgressBarTest, GoesAwayAtItsEnd) {
  { ProgressBar(start_, 80, sink_).update(start_ + 2s, 10, 10); }
  EXPECT_TRUE(shown_.ends_with("] 10/10\r\x1b[K"));
  shown_.clear();
  { ProgressBar(start_, 80, sink_).update(start_, 1, 10); }
  EXPECT_EQ(shown_, "");
}

TEST_F(ProgressBarTest, KeepsToTheTerminalsWidth) {
  ProgressBar bar(start_, 30, sink_);
  bar.update(start_ + 2s, 1, 1000);
  EXPECT_EQ(shown_.size(), 30u) << "29 columns after the carriage return";
  ProgressBar narrow(start_, 5, sink_);
  shown_.clear();
  narrow.update(start_ + 2s, 1, 1000);
  EXPECT_EQ(shown_, "");
}

}  // namespace
}  // namespace flowbed
