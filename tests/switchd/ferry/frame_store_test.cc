#include "switchd/ferry/frame_store.hh"

#include <gtest/gtest.h>

#include "tests/switchd/packets.hh"

namespace flowbed::sw {
namespace {

TEST(FrameStore, KeepsAFrameUntilItsLastUseEnds) {
  FrameStore frames;
  const Bytes bytes = ethernet(kMac1, kMac2, 0x88b5).zeros(50);
  const auto frame = frames.keep(packet_of(bytes, vlan_tag(7)));
  ASSERT_TRUE(frame);
  frames.retain(*frame, 2);
  EXPECT_TRUE(std::ranges::equal(frames.packet(*frame).bytes, bytes.get()));
  EXPECT_EQ(frames.packet(*frame).vlan, vlan_tag(7));
  frames.release(*frame);
  frames.release(*frame);
  EXPECT_EQ(frames.bytes(), bytes.get().size() + FrameStore::kFrameCost + FrameStore::kPacketCost);
  frames.release(*frame);
  EXPECT_EQ(frames.bytes(), 0u);
  EXPECT_EQ(frames.keep(packet_of(bytes)), frame) << "its place is used again";
}

TEST(FrameStore, TakesNoMoreThanItsRoom) {
  FrameStore frames;
  const Bytes bytes = ethernet(kMac1, kMac2, 0x88b5).zeros(60'000);
  size_t kept = 0;
  while (frames.keep(packet_of(bytes))) kept++;
  EXPECT_EQ(kept,
            FrameStore::kMostBytes / (bytes.get().size() + FrameStore::kFrameCost + FrameStore::kPacketCost));
}

TEST(FramePart, IsNamedByANumber) {
  const FramePart part{.frame = 0xfffffffe, .segment = 43};
  EXPECT_EQ(FramePart::from_id(part.id()).frame, part.frame);
  EXPECT_EQ(FramePart::from_id(part.id()).segment, part.segment);
  EXPECT_TRUE(FramePart::from_id(FramePart{.frame = 3}.id()).is_whole());
}

}  // namespace
}  // namespace flowbed::sw
