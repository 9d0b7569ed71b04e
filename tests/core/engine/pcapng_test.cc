#include "core/os/pcapng.hh"

#include <cstring>
#include <vector>

#include <gtest/gtest.h>

namespace flowbed {
namespace {

struct Block {
  uint32_t type, size;
};

TEST(Pcapng, BlocksAreWellFormedAndInOrder) {
  char* text = nullptr;
  size_t size = 0;
  const uint8_t packet[] = {1, 2, 3, 4, 5};
  {
    PcapngWriter writer(open_memstream(&text, &size), "h1-eth0");
    writer.write(1'000'000'001, packet, 60, PcapngWriter::Direction::outbound);
  }
  std::vector<Block> blocks;
  for (size_t at = 0; at < size;) {
    Block block;
    uint32_t trailer;
    memcpy(&block, text + at, sizeof block);
    ASSERT_EQ(block.size % 4, 0u);
    ASSERT_LE(at + block.size, size);
    memcpy(&trailer, text + at + block.size - 4, 4);
    EXPECT_EQ(trailer, block.size);
    blocks.push_back(block);
    at += block.size;
  }
  ASSERT_EQ(blocks.size(), 3u);
  EXPECT_EQ(blocks[0].type, 0x0A0D0D0Au);
  EXPECT_EQ(blocks[1].type, 1u);
  EXPECT_EQ(blocks[2].type, 6u);
  EXPECT_EQ(memcmp(text + size - blocks[2].size + 28, packet, sizeof packet), 0);
  free(text);
}

}  // namespace
}  // namespace flowbed
