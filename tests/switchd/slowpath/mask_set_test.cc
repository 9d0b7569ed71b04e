// Few masks, none of which looks at less than it has to.
#include "switchd/slowpath/mask_set.hh"

#include <algorithm>
#include <random>

#include <arpa/inet.h>
#include <gtest/gtest.h>

static bool operator==(const flow_key& a, const flow_key& b) { return std::ranges::equal(a.words, b.words); }

namespace flowbed::sw {
namespace {

constexpr uint32_t kAll = 0xffffffff;

FlowKey ipv4_key() {
  FlowKey key{};
  key.f.eth_type = htons(FLOW_ETH_TYPE_IPV4);
  return key;
}

FlowMask looks_at(uint32_t src_bits, uint32_t dst_bits, uint16_t port_bits = 0) {
  FlowMask mask{};
  mask.f.in_port = mask.f.eth_type = 0xffff;
  mask.f.ipv4.src = htonl(src_bits);
  mask.f.ipv4.dst = htonl(dst_bits);
  mask.f.tp_dst = htons(port_bits);
  return mask;
}
uint32_t prefix(unsigned length) { return length == 0 ? 0 : kAll << (32 - length); }

bool covers(const FlowMask& mask, const FlowMask& wanted) {
  for (size_t i = 0; i < FLOW_KEY_WORDS; i++) {
    if (wanted.words[i] & ~mask.words[i]) return false;
  }
  return true;
}

struct MaskSetTest : testing::Test {
  FlowMask acquire(const FlowMask& wanted) { return masks.acquire(ipv4_key(), wanted); }
  // With masks of packets that have no addresses.
  void fill(size_t count) {
    FlowKey key{};
    for (uint16_t type = 0x0600; masks.count() < count; type++) {
      key.f.eth_type = type;
      masks.acquire(key, looks_at(0, 0));
    }
  }
  MaskSet masks;
};

TEST_F(MaskSetTest, AFewAreKeptAsTheyAre) {
  for (unsigned length = 1; length <= MaskSet::kFew; length++)
    EXPECT_EQ(acquire(looks_at(0, prefix(length))), looks_at(0, prefix(length)));
}

TEST_F(MaskSetTest, ManyPrefixesBecomeWholeBytes) {
  fill(MaskSet::kFew);
  EXPECT_EQ(acquire(looks_at(0, prefix(13))), looks_at(0, prefix(16)));
  EXPECT_EQ(acquire(looks_at(0, prefix(9))), looks_at(0, prefix(16)));
  EXPECT_EQ(acquire(looks_at(0, prefix(17))), looks_at(0, prefix(24)));
  EXPECT_EQ(masks.count(), MaskSet::kFew + 2);
}

TEST_F(MaskSetTest, VeryManyBecomeWholeAddresses) {
  fill(MaskSet::kMany);
  EXPECT_EQ(acquire(looks_at(0, prefix(9))), looks_at(0, kAll));
  EXPECT_EQ(acquire(looks_at(prefix(20), prefix(9))), looks_at(kAll, kAll));
}

TEST_F(MaskSetTest, OneInUseIsTakenWhereItLooksAtTheSameFields) {
  acquire(looks_at(0, prefix(18)));
  acquire(looks_at(0, kAll));
  acquire(looks_at(kAll, kAll));
  fill(MaskSet::kFew);
  EXPECT_EQ(acquire(looks_at(0, prefix(12))), looks_at(0, prefix(18)));
  EXPECT_EQ(acquire(looks_at(0, prefix(19))), looks_at(0, kAll));
  EXPECT_EQ(acquire(looks_at(kAll, 0)), looks_at(kAll, 0)) << "not at a field more";
}

TEST_F(MaskSetTest, ArePerKindOfPacket) {
  fill(MaskSet::kFew);
  acquire(looks_at(0, kAll));
  FlowKey arp{};
  arp.f.eth_type = htons(FLOW_ETH_TYPE_ARP);
  FlowMask target = looks_at(0, 0);
  target.f.arp.tpa = htonl(prefix(12));
  FlowMask rounded = looks_at(0, 0);
  rounded.f.arp.tpa = htonl(prefix(16));
  EXPECT_EQ(masks.acquire(arp, target), rounded);
}

TEST_F(MaskSetTest, ThoseThatNoFlowHasAreForgotten) {
  const FlowMask mask = looks_at(0, prefix(8));
  acquire(mask);
  acquire(mask);
  masks.release(ipv4_key(), mask);
  EXPECT_EQ(masks.count(), 1u);
  masks.release(ipv4_key(), mask);
  EXPECT_EQ(masks.count(), 0u);
}

TEST_F(MaskSetTest, AreKeptAsTheyAreWhereThatIsWanted) {
  masks.keep_few(false);
  fill(MaskSet::kMany);
  EXPECT_EQ(acquire(looks_at(0, prefix(13))), looks_at(0, prefix(13)));
}

TEST_F(MaskSetTest, TheRoundedMaskIsTheOneThatIsReleased) {
  fill(MaskSet::kFew);
  const FlowMask rounded = acquire(looks_at(0, prefix(13)));
  const size_t count = masks.count();
  masks.release(masked(ipv4_key(), rounded), rounded);
  EXPECT_EQ(masks.count(), count - 1);
}

TEST_F(MaskSetTest, NeverLooksAtLess) {
  std::mt19937 random(5);
  for (int i = 0; i < 2000; i++) {
    const FlowMask wanted =
        looks_at(prefix(random() % 33), prefix(random() % 33), static_cast<uint16_t>(random() & random()));
    EXPECT_TRUE(covers(acquire(wanted), wanted));
  }
  EXPECT_LT(masks.count(), 2 * MaskSet::kMany);
}

}  // namespace
}  // namespace flowbed::sw
