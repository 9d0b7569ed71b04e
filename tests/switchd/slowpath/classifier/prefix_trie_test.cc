#include "switchd/slowpath/classifier/prefix_trie.hh"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace flowbed::sw {
namespace {

LeadingBits octets(std::initializer_list<uint8_t> bytes) { return leading_bits(bytes.begin(), bytes.size()); }

TEST(PrefixTrie, AnEmptyOneLooksAtNothing) {
  const PrefixTrie trie;
  EXPECT_EQ(trie.find(octets({10, 1, 2, 3})).looked_at, 0u);
  EXPECT_TRUE(trie.find(octets({10, 1, 2, 3})).contained.none());
}

// The example of NSDI 2015, section 5.4: an address outside 20/8 needs the bits that tell it from 10/8, too.
TEST(PrefixTrie, LooksAtNoMoreThanDecides) {
  PrefixTrie trie;
  trie.insert(octets({20}), 8);
  trie.insert(octets({10, 1}), 16);
  trie.insert(octets({10, 2}), 16);
  trie.insert(octets({10, 1, 3}), 24);
  EXPECT_EQ(trie.find(octets({128, 0, 0, 1})).looked_at, 1u);
  EXPECT_EQ(trie.find(octets({30, 0, 0, 1})).looked_at, 5u);
  EXPECT_EQ(trie.find(octets({10, 5, 6, 7})).looked_at, 14u);
  const auto answer = trie.find(octets({10, 1, 6, 1}));
  EXPECT_TRUE(answer.contained[16]);
  EXPECT_FALSE(answer.contained[24]);
  EXPECT_EQ(answer.looked_at, 22u);
}

TEST(PrefixTrie, APrefixIsThereUntilItWasRemovedAsOften) {
  PrefixTrie trie;
  trie.insert(octets({10}), 8);
  trie.insert(octets({10}), 8);
  trie.remove(octets({10}), 8);
  EXPECT_TRUE(trie.find(octets({10, 0, 0, 1})).contained[8]);
  trie.remove(octets({10}), 8);
  EXPECT_TRUE(trie.find(octets({10, 0, 0, 1})).contained.none());
  EXPECT_EQ(trie.find(octets({10, 0, 0, 1})).looked_at, 0u);
  EXPECT_TRUE(trie.empty());
}

struct Prefix {
  LeadingBits value;
  unsigned length;
  bool contains(LeadingBits other) const { return (other & leading_ones(length)) == value; }
};

// Few distinct bits, so that prefixes share much, part late and come repeatedly.
class RandomPrefixes {
 public:
  explicit RandomPrefixes(unsigned seed) : random_(seed) {}
  LeadingBits value() {
    LeadingBits value = 0;
    for (int i = 0; i < 128; i++) value = value << 1 | (random_() % 4 == 0);
    return value;
  }
  Prefix prefix() {
    const auto length = static_cast<unsigned>(random_() % (random_() % 2 ? 9 : 129));
    return {value() & leading_ones(length), length};
  }
  size_t below(size_t bound) { return random_() % bound; }

 private:
  std::mt19937 random_;
};

class PrefixTrieOracle : public testing::TestWithParam<unsigned> {};

TEST_P(PrefixTrieOracle, AnswersAreThoseOfAList) {
  RandomPrefixes random(GetParam());
  PrefixTrie trie;
  std::vector<Prefix> list;
  for (int step = 0; step < 400; step++) {
    if (list.empty() || random.below(3) != 0) {
      list.push_back(random.prefix());
      trie.insert(list.back().value, list.back().length);
    } else {
      std::swap(list[random.below(list.size())], list.back());
      trie.remove(list.back().value, list.back().length);
      list.pop_back();
    }
    const LeadingBits value = random.value();
    const auto answer = trie.find(value);
    std::bitset<kMaxPrefixLength + 1> expected;
    for (const Prefix& prefix : list) {
      if (prefix.contains(value)) expected.set(prefix.length);
    }
    ASSERT_EQ(answer.contained, expected);
    // Whatever stands behind the bits that were looked at changes nothing.
    const LeadingBits kept = leading_ones(answer.looked_at);
    const auto other = trie.find((value & kept) | (random.value() & ~kept));
    ASSERT_EQ(other.contained, expected);
    ASSERT_EQ(other.looked_at, answer.looked_at);
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, PrefixTrieOracle, testing::Range(0u, 20u));

}  // namespace
}  // namespace flowbed::sw
