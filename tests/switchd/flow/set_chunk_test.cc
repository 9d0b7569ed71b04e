#include "switchd/flow/set_chunk.hh"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "switchd/flow/flow_key.hh"
#include "tests/switchd/packet/random_packets.hh"

namespace flowbed::sw {
namespace {

uint16_t chunk_of(const FlowKey& key, size_t chunk) {
  return read_u16(reinterpret_cast<const uint8_t*>(&key) + 2 * chunk);
}

std::string describe(const Shape& shape) {
  return "eth_type " + std::to_string(shape.eth_type) + " proto " + std::to_string(shape.proto) + " nd " +
         std::to_string(shape.nd_type) + " tags " + std::to_string(shape.tags_in_line) + " extensions " +
         std::to_string(shape.extensions) + " rerouted " + std::to_string(shape.rerouted) + " fragment " +
         std::to_string(shape.first_fragment) + std::to_string(shape.later_fragment) + " unfinished " +
         std::to_string(shape.unfinished) + " no checksum " + std::to_string(shape.no_checksum);
}

class SetChunkTest : public testing::Test {
 protected:
  EditMemory memory_{[] {}};
};

// One packet is turned into another of the same shape, chunk by chunk of the key and in any order, some in
// two steps by complementary masks. All its bytes must then be the other's, whose checksums come from
// scratch.
TEST_F(SetChunkTest, TurnsOnePacketIntoAnother) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 20000 && !HasFailure(); i++) {
    const Shape shape = random_shape(random);
    SCOPED_TRACE(describe(shape));
    PacketBuilder builder(shape);
    const BuiltPacket from = builder.build(random), to = builder.build(random);
    const std::vector<uint8_t> untouched = from.bytes;
    const FlowKey wanted = extract_flow_key(to.view(), PortNo{1});
    PacketEditor editor(from.view(), memory_);
    std::vector<uint16_t> chunks(4 * FLOW_KEY_WORDS);
    std::iota(chunks.begin(), chunks.end(), uint16_t{0});
    std::shuffle(chunks.begin(), chunks.end(), random);
    for (const uint16_t chunk : chunks) {
      const auto mask = static_cast<uint16_t>(random() % 2 ? 0xffff : random());
      set_chunk(editor, Action::set(chunk, chunk_of(wanted, chunk), mask));
      set_chunk(editor, Action::set(chunk, chunk_of(wanted, chunk), static_cast<uint16_t>(~mask)));
    }
    const Packet& result = editor.packet();
    EXPECT_EQ(std::vector(result.bytes.begin(), result.bytes.end()), to.bytes);
    EXPECT_EQ(result.vlan, to.vlan);
    EXPECT_TRUE(same_words(extract_flow_key(result, PortNo{1}), wanted));
    EXPECT_EQ(from.bytes, untouched);
    memory_.clear();
  }
}

TEST_F(SetChunkTest, WhatThePacketDoesNotHaveStays) {
  std::mt19937 random(1);
  Shape shape;
  shape.later_fragment = true;
  const BuiltPacket packet = PacketBuilder(shape).build(random);
  PacketEditor editor(packet.view(), memory_);
  for (const uint16_t chunk : {0, 1, 2, 3, 7, 11, 14, 15, 20, 40, 51, 52, 65535}) {
    set_chunk(editor, Action::set(chunk, 0xabcd, 0xffff));
  }
  EXPECT_EQ(editor.packet().bytes.data(), packet.bytes.data()) << "nothing changed, and yet it was copied";
}

TEST_F(SetChunkTest, AWrongChecksumOfSctpStaysWrong) {
  std::mt19937 random(1);
  Shape shape;
  shape.proto = 132;
  BuiltPacket packet = PacketBuilder(shape).build(random);
  packet.bytes[packet.layout.transport + 9] ^= 0x40;
  PacketEditor editor(packet.view(), memory_);
  set_chunk(editor, Action::set(14, 99, 0xffff));
  std::vector<uint8_t> right(editor.packet().bytes.begin(), editor.packet().bytes.end());
  finish_transport(right, packet.layout);
  right[packet.layout.transport + 9] ^= 0x40;
  EXPECT_EQ(std::vector(editor.packet().bytes.begin(), editor.packet().bytes.end()), right);
}

// A packet cut anywhere: no access beyond its end (the sanitizers see to that).
TEST_F(SetChunkTest, EveryTruncationIsSafe) {
  std::mt19937 random(5);
  for (int i = 0; i < 200; i++) {
    const BuiltPacket whole = PacketBuilder(random_shape(random)).build(random);
    for (size_t size = 0; size <= whole.bytes.size(); size++) {
      const std::vector<uint8_t> cut(whole.bytes.begin(), whole.bytes.begin() + static_cast<long>(size));
      const Packet packet{.bytes = cut, .vlan = whole.vlan, .offload = whole.offload, .wire = {}};
      PacketEditor editor(packet, memory_);
      for (uint16_t chunk = 0; chunk < 4 * FLOW_KEY_WORDS; chunk++)
        set_chunk(editor, Action::set(chunk, 0x5555, 0xffff));
      memory_.clear();
    }
  }
}

}  // namespace
}  // namespace flowbed::sw
