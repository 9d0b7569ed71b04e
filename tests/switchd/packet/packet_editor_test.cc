#include "switchd/packet/packet_editor.hh"

#include <gtest/gtest.h>

#include "tests/switchd/packet/random_packets.hh"

namespace flowbed::sw {
namespace {

using Frame = std::vector<uint8_t>;

// As it would be on the wire.
Frame frame_of(const Packet& packet) {
  Frame frame(packet.bytes.begin(), packet.bytes.end());
  if (!packet.vlan.present()) return frame;
  Frame tag(4);
  put_u16(tag, 0, packet.vlan.tpid);
  put_u16(tag, 2, packet.vlan.tci);
  frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  return frame;
}

Frame with(Frame frame, size_t at, const Bytes& bytes) {
  frame.insert(frame.begin() + static_cast<long>(at), bytes.get().begin(), bytes.get().end());
  return frame;
}

void expect_consistent(const Packet& packet) {
  const WireSize size = wire_size(packet);
  EXPECT_EQ(packet.wire.packets, size.packets);
  EXPECT_EQ(packet.wire.bytes, size.bytes);
  EXPECT_EQ(packet.wire.largest_l3, size.largest_l3);
}

class PacketEditorTest : public testing::Test {
 protected:
  int flushes_ = 0;
  EditMemory memory_{[this] { flushes_++; }};
  Bytes plain_ = tcp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 6), 1, 2, 0x10).zeros(10);
};

TEST_F(PacketEditorTest, OneTagComesAndGoesWithoutACopy) {
  PacketEditor editor(packet_of(plain_), memory_);
  editor.push_vlan(vlan_tag(5));
  EXPECT_EQ(editor.packet().vlan, vlan_tag(5));
  expect_consistent(editor.packet());
  editor.pop_vlan();
  EXPECT_FALSE(editor.packet().vlan.present());
  EXPECT_EQ(editor.packet().bytes.data(), plain_.get().data());
  expect_consistent(editor.packet());
}

TEST_F(PacketEditorTest, TagsStack) {
  PacketEditor editor(packet_of(plain_, vlan_tag(1)), memory_);
  editor.push_vlan({kEtherTypeServiceVlan, 0x6002});
  EXPECT_EQ(editor.packet().vlan, (VlanTag{kEtherTypeServiceVlan, 0x6002}));
  EXPECT_EQ(frame_of(editor.packet()),
            with(plain_.get(), 12, Bytes().u16(0x88a8).u16(0x6002).u16(0x8100).u16(1)));
  expect_consistent(editor.packet());
  editor.pop_vlan();
  EXPECT_EQ(editor.packet().vlan, vlan_tag(1));
  editor.pop_vlan();
  editor.pop_vlan();
  EXPECT_EQ(frame_of(editor.packet()), plain_.get());
  expect_consistent(editor.packet());
}

TEST_F(PacketEditorTest, TagThatIsOnlyInLineIsTheOutermost) {
  const Bytes tagged =
      Bytes().mac(kMac2).mac(kMac1).u16(0x9100).u16(7).u16(0x8100).u16(8).u16(0x88cc).zeros(46);
  PacketEditor popped(packet_of(tagged), memory_), pushed(packet_of(tagged), memory_),
      set(packet_of(tagged), memory_);
  popped.pop_vlan();
  EXPECT_EQ(popped.packet().vlan, vlan_tag(8));
  expect_consistent(popped.packet());
  pushed.push_vlan(vlan_tag(9));
  EXPECT_EQ(frame_of(pushed.packet()), with(tagged.get(), 12, Bytes().u16(0x8100).u16(9)));
  expect_consistent(pushed.packet());
  set.set_tci(5, 0x0fff);
  EXPECT_EQ(set.packet().vlan, (VlanTag{0x9100, 5}));
  expect_consistent(set.packet());
}

TEST_F(PacketEditorTest, LabelsStackBeforeTheTags) {
  const Packet packet = packet_of(plain_, vlan_tag(1));
  PacketEditor editor(packet, memory_);
  editor.push_mpls(0x8847, 0x00010140);
  editor.push_mpls(0x8848, 0x0002003f);
  const Bytes labels = Bytes().u16(0x8848).u32(0x0002003f).u32(0x00010140);
  Frame expected = with(plain_.get(), 12, Bytes().add(labels.get()).u16(1));
  EXPECT_EQ(frame_of(editor.packet()), expected);
  EXPECT_EQ(editor.headers().eth_type, 0x8848);
  expect_consistent(editor.packet());
  editor.pop_mpls(0x8847);
  editor.pop_mpls(0x8100);
  EXPECT_EQ(frame_of(editor.packet()), frame_of(packet));
  editor.pop_mpls(0x0800);
  EXPECT_EQ(frame_of(editor.packet()), frame_of(packet)) << "there was no label left";
  expect_consistent(editor.packet());
}

TEST_F(PacketEditorTest, BackboneFrameHoldsTheWholePacket) {
  const Packet packet = packet_of(plain_, vlan_tag(1));
  PacketEditor editor(packet, memory_);
  editor.push_pbb(0x60001234);
  const Bytes head = ethernet(kMac2, kMac1, 0x88e7).u32(0x60001234);
  EXPECT_EQ(frame_of(editor.packet()), with(frame_of(packet), 0, head));
  expect_consistent(editor.packet());
  editor.pop_pbb();
  EXPECT_EQ(editor.packet().vlan, vlan_tag(1));
  EXPECT_EQ(frame_of(editor.packet()), frame_of(packet));
  expect_consistent(editor.packet());
}

TEST_F(PacketEditorTest, PopPbbTakesTheCustomersAddressesAndLeavesTheBackbonesTag) {
  const Bytes customer = Bytes().mac(kMac1).mac(kMac2).u16(0x8100).u16(7).u16(0x88cc).zeros(46);
  const Bytes backbone = ethernet(kBroadcast, kBroadcast, 0x88e7).u32(5).add(customer.get());
  PacketEditor editor(packet_of(backbone, {kEtherTypeServiceVlan, 3}), memory_);
  editor.pop_pbb();
  EXPECT_EQ(frame_of(editor.packet()), with(customer.get(), 12, Bytes().u16(0x88a8).u16(3)));
  expect_consistent(editor.packet());
}

TEST_F(PacketEditorTest, OffsetsFollowWhatIsInFront) {
  Packet packet = packet_of(plain_, vlan_tag(1));
  packet.offload = {
      .flags = OffloadHeader::kNeedsChecksum, .hdr_len = 54, .csum_start = 34, .csum_offset = 16};
  PacketEditor editor(packet, memory_);
  editor.push_vlan(vlan_tag(2));
  editor.push_mpls(0x8847, 1);
  editor.push_pbb(1);
  EXPECT_EQ(editor.packet().offload.csum_start, 34 + 4 + 4 + 4 + 18);
  EXPECT_EQ(editor.packet().offload.hdr_len, 54 + 4 + 4 + 4 + 18);
  editor.pop_pbb();
  editor.pop_mpls(0x8100);
  editor.pop_vlan();
  EXPECT_EQ(editor.packet().offload.csum_start, 34);
  EXPECT_EQ(editor.packet().offload.hdr_len, 54);
  EXPECT_EQ(editor.packet().offload.csum_offset, 16);
}

// Whatever is pushed, popping it gives the packet back, and each step of the way is well formed.
TEST_F(PacketEditorTest, WhatIsPushedComesOffAgain) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 3000 && !HasFailure(); i++) {
    Shape shape = random_shape(random);
    if (shape.eth_type == 0x8847 || shape.eth_type == 0x88e7) shape.eth_type = 0x88cc;
    const BuiltPacket built = PacketBuilder(shape).build(random);
    PacketEditor editor(built.view(), memory_);
    std::vector<std::pair<unsigned, Frame>> stack;
    for (unsigned n = random() % 20; n > 0; n--) {
      const unsigned kind = random() % 3;
      if (random() % 3 == 0) editor.lend();
      stack.emplace_back(kind, frame_of(editor.packet()));
      if (kind == 0) editor.push_vlan(vlan_tag(random() % 4096));
      if (kind == 1) editor.push_mpls(0x8847, static_cast<uint32_t>(random()));
      if (kind == 2) editor.push_pbb(static_cast<uint32_t>(random()));
      expect_consistent(editor.packet());
    }
    for (; !stack.empty(); stack.pop_back()) {
      const auto& [kind, before] = stack.back();
      if (kind == 0) editor.pop_vlan();
      if (kind == 1) {
        const size_t tags = 4 * (editor.headers().tags + size_t{editor.packet().vlan.present()});
        editor.pop_mpls(read_u16(&before[12 + tags]));
      }
      if (kind == 2) editor.pop_pbb();
      EXPECT_EQ(frame_of(editor.packet()), before);
      expect_consistent(editor.packet());
    }
    EXPECT_EQ(editor.packet().offload.csum_start, built.offload.csum_start);
    memory_.clear();
  }
}

TEST_F(PacketEditorTest, WhatWasLentIsNotChanged) {
  PacketEditor editor(packet_of(plain_), memory_);
  editor.change(0, 0x1111, 0xffff, PacketEditor::Covered::kNot);
  const Packet first = editor.lend();
  const Frame before = frame_of(first);
  editor.change(0, 0x2222, 0xffff, PacketEditor::Covered::kNot);
  EXPECT_EQ(frame_of(first), before);
  const Packet second = editor.packet();
  editor.change(2, 0x3333, 0xffff, PacketEditor::Covered::kNot);
  EXPECT_EQ(second.bytes.data(), editor.packet().bytes.data()) << "was not lent, and yet copied";
}

TEST_F(PacketEditorTest, CrowdedMemoryIsFlushedInsteadOfGrowing) {
  const Bytes large = Bytes(plain_).zeros(60000);
  PacketEditor editor(packet_of(large), memory_);
  for (uint16_t i = 1; i < 1000; i++) {
    editor.lend();
    editor.change(0, i, 0xffff, PacketEditor::Covered::kNot);
  }
  EXPECT_GT(flushes_, 900);
  EXPECT_LE(memory_.mark().block, 4u);
}

uint8_t raised(unsigned dscp, uint8_t steps, bool v6, EditMemory& memory) {
  std::mt19937 random(1);
  Shape shape;
  shape.eth_type = v6 ? 0x86dd : 0x0800;
  BuiltPacket built = PacketBuilder(shape).build(random);
  uint8_t* ip = &built.bytes[built.layout.network];
  put_u16(built.bytes, built.layout.network, v6 ? 0x6005 | dscp << 6 : 0x4501 | dscp << 2);
  finish_ip(built.bytes, built.layout);
  PacketEditor editor(built.view(), memory);
  editor.raise_drop_precedence(steps);
  Frame frame = frame_of(editor.packet());
  ip = &frame[built.layout.network];
  const unsigned result = v6 ? (ip[0] << 8 | ip[1]) >> 6 & 0x3f : ip[1] >> 2;
  Frame right = frame;
  finish_ip(right, built.layout);
  EXPECT_EQ(frame, right);
  EXPECT_EQ(v6 ? ip[1] & 0x3f : ip[1] & 3, v6 ? 5 : 1);
  return static_cast<uint8_t>(result);
}

TEST_F(PacketEditorTest, RaisesTheDropPrecedenceOfAssuredForwarding) {
  for (const bool v6 : {false, true}) {
    EXPECT_EQ(raised(10, 1, v6, memory_), 12);  // AF11 → AF12
    EXPECT_EQ(raised(10, 2, v6, memory_), 14);
    EXPECT_EQ(raised(34, 9, v6, memory_), 38);  // AF41 → AF43
    EXPECT_EQ(raised(38, 1, v6, memory_), 38);
    for (const unsigned other : {0u, 8u, 11u, 40u, 42u, 46u, 63u})
      EXPECT_EQ(raised(other, 1, v6, memory_), other);
  }
}

// In a tunnel the unfinished checksum is the inner packet's: the outer one is kept right as a finished one.
TEST_F(PacketEditorTest, UnfinishedChecksumFartherInLeavesTheOuterOneFinished) {
  std::mt19937 random(3);
  Shape shape;
  shape.proto = 17;
  shape.payload = 60;
  BuiltPacket built = PacketBuilder(shape).build(random);
  built.offload.flags = OffloadHeader::kNeedsChecksum;
  built.offload.csum_start = static_cast<uint16_t>(built.layout.transport + 40);
  PacketEditor editor(built.view(), memory_);
  editor.change(built.layout.network + 16, 0x1234, 0xffff, PacketEditor::Covered::kBoth);
  Frame right = frame_of(editor.packet());
  finish_ip(right, built.layout);
  EXPECT_EQ(frame_of(editor.packet()), right);
}

}  // namespace
}  // namespace flowbed::sw
