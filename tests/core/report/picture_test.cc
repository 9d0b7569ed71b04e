// What gnuplot is told to draw. (That it draws it, tests/system/test_links.py looks at.)
#include "core/report/picture.hh"

#include <gtest/gtest.h>

#include "core/base/error.hh"
#include "tests/core/report/recordings.hh"

namespace flowbed::report {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(LinkPicture, HasTwoPanelsForEachDirectionWithPackets) {
  const std::string script = picture_script(read_recording(test::small_recording()), "link.svg");
  EXPECT_TRUE(has(script, "set terminal svg size 1000,560"));
  EXPECT_TRUE(has(script, "set multiplot layout 2,1"));
  EXPECT_TRUE(has(script, "set title 'from h1-eth0'"));
  EXPECT_FALSE(has(script, "from s1-eth1"));
  EXPECT_TRUE(has(script, "2.000000 1000.000000\n3.000000 2000.000000\n"));
  EXPECT_TRUE(has(script, "title 'dropped: queue full'"));
}

TEST(LinkPicture, IsOfTheKindThatItsNameSays) {
  const Recording recording = read_recording(test::small_recording());
  EXPECT_TRUE(has(picture_script(recording, "link.png"), "set terminal pngcairo"));
  EXPECT_THROW(picture_script(recording, "link.jpg"), Error);
}

TEST(LinkPicture, TakesAnyNameAsAName) {
  EXPECT_TRUE(has(picture_script(read_recording(test::small_recording()), "it's \"a\\ link\".svg"),
                  "set output 'it''s \"a\\ link\".svg'"));
}

TEST(LinkPicture, OfNothingIsRefused) {
  EXPECT_THROW(picture_script(read_recording(test::with_head("")), "link.svg"), Error);
}

}  // namespace
}  // namespace flowbed::report
