// Recordings say what happened on a link, in the form that is written down in switchd/README.md.
#include "switchd/ferry/link_recording.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace flowbed::sw {
namespace {

using namespace std::chrono_literals;

FileDescriptor memory_file() { return FileDescriptor(memfd_create("recording", MFD_CLOEXEC)); }

std::string contents(int fd) {
  std::string text(static_cast<size_t>(lseek(fd, 0, SEEK_END)), '\0');
  EXPECT_EQ(pread(fd, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  return text;
}

LinkDirection direction(const DirectionSettings& settings) {
  return LinkDirection(settings, TimePoint(1h), [](const LinkPacket&, DropCause, TimePoint) {});
}

const std::string kHead = "# Flowbed link recording 1\ntime,from,event,packet,bytes,waiting,delay\n";

TEST(LinkRecording, HasEveryPacketsFate) {
  FileDescriptor file = memory_file();
  const FileDescriptor copy = file.duplicate();
  // 12 kbit/s: a packet of 1500 bytes takes a second.
  LinkDirection link = direction({.rate = RateSettings{.bits_per_second = 12000},
                                  .queue = {.limit = {.packets = 1, .bytes = {}}},
                                  .delay = 500ms});
  LinkRecording recording(std::move(file), {"h1-eth0", "s1-eth1"}, TimePoint(1h), {});
  link.report_to(&recording.a_to_b());
  for (int i = 0; i < 3; i++) link.arrive({.bytes = 1500}, TimePoint(1h + 1ms));
  link.advance(TimePoint(1h + 10s));
  EXPECT_EQ(recording.finish(), 6u);
  EXPECT_EQ(contents(copy.get()), kHead +
                                      "0.001000000,h1-eth0,arrive,1,1500,0,\n"
                                      "0.001000000,h1-eth0,arrive,2,1500,0,\n"
                                      "0.001000000,h1-eth0,arrive,3,1500,1500,\n"
                                      "0.001000000,h1-eth0,queue_full,3,1500,,0.000000000\n"
                                      "1.501000000,h1-eth0,deliver,1,1500,,1.500000000\n"
                                      "2.501000000,h1-eth0,deliver,2,1500,,2.500000000\n");
}

TEST(LinkRecording, TellsLossesAndDoubles) {
  FileDescriptor file = memory_file();
  const FileDescriptor copy = file.duplicate();
  LinkDirection link = direction({.loss = LossPattern{{false, true}}, .duplicate = Chance{.share = 1}});
  LinkRecording recording(std::move(file), {"h1-eth0", "s1-eth1"}, TimePoint(1h), {});
  link.report_to(&recording.b_to_a());
  for (int i = 0; i < 2; i++) link.arrive({.bytes = 60}, TimePoint(1h));
  link.advance(TimePoint(1h));
  recording.finish();
  const std::string text = contents(copy.get());
  EXPECT_NE(text.find("0.000000000,s1-eth1,loss,2,60,,0.000000000\n"), std::string::npos) << text;
  EXPECT_NE(text.find("0.000000000,s1-eth1,double,1,60,,0.000000000\n"), std::string::npos) << text;
}

TEST(LinkRecording, HasTheCapacities) {
  FileDescriptor file = memory_file();
  const FileDescriptor copy = file.duplicate();
  const auto trace = std::make_shared<const DeliveryTrace>(DeliveryTrace{0, 0, 50, 100, 230});
  LinkDirection rate = direction({.rate = RateSettings{.bits_per_second = 1000}}),
                traced = direction({.rate = trace});
  LinkRecording recording(std::move(file), {"a", "b"}, TimePoint(1h + 2s), {});
  recording.note_capacities(rate, traced, TimePoint(1h + 3s));
  rate.change({}, TimePoint(1h + 4s));
  traced.change({.rate = std::make_shared<const DeliveryTrace>(*trace), .delay = 1ms}, TimePoint(1h + 4s));
  recording.note_capacities(rate, traced, TimePoint(1h + 4s));
  recording.finish();
  EXPECT_EQ(contents(copy.get()), kHead +
                                      "# 1.000000000 a rate 1000\n"
                                      "# 1.000000000 b trace -2.000000000 230 100 3 1 1\n"
                                      "# 2.000000000 a unlimited\n"
                                      "# 2.000000000 b trace -2.000000000 230 100 3 1 1\n")
      << "the trace goes on";
}

TEST(LinkRecording, TellsOnceThatItsFileTakesNoMore) {
  std::vector<std::string> faults;
  LinkRecording recording(open_file("/dev/full", O_WRONLY), {"a", "b"}, TimePoint{},
                          [&](const std::string& fault) { faults.push_back(fault); });
  const LinkPacket packet{.bytes = 60};
  for (int i = 0; i < 20'000; i++) recording.a_to_b().arrived(packet, 0, TimePoint{});
  recording.finish();
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_NE(faults[0].find("No space left"), std::string::npos) << faults[0];
}

}  // namespace
}  // namespace flowbed::sw
