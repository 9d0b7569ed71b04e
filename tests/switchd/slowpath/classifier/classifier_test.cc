#include "switchd/slowpath/classifier/classifier.hh"

#include <algorithm>
#include <bit>
#include <deque>
#include <random>

#include <gtest/gtest.h>

#include "switchd/flow/packet_syntax.hh"
#include "tests/switchd/slowpath/classifier/random_rules.hh"

namespace flowbed::sw {
namespace {

unsigned bits_of(const PipelineMask& mask) {
  unsigned bits = 0;
  for (const uint64_t word : mask.words) bits += static_cast<unsigned>(std::popcount(word));
  return bits;
}

ClassifierRule* find_in_list(std::deque<ClassifierRule>& rules, const PipelineKey& key) {
  ClassifierRule* best = nullptr;
  for (ClassifierRule& rule : rules) {
    if (matches(key, rule.match.key, rule.match.mask) && (best == nullptr || rule.priority > best->priority))
      best = &rule;
  }
  return best;
}

int priority_of(const ClassifierRule* rule) { return rule == nullptr ? -1 : rule->priority; }

// What was looked at is enough: any other bits, the same answer.
void expect_decided(const Classifier& classifier, const PipelineKey& key, const PipelineMask& looked_at,
                    const ClassifierRule* answer, RandomRules& random) {
  for (int i = 0; i < 10; i++) {
    PipelineKey other = random.key();
    for (size_t w = 0; w < kPipelineKeyWords; w++)
      other.words[w] = (key.words[w] & looked_at.words[w]) | (other.words[w] & ~looked_at.words[w]);
    PipelineMask ignored{};
    ASSERT_EQ(priority_of(classifier.find(other, ignored)), priority_of(answer));
  }
}

class ClassifierOracle : public testing::TestWithParam<unsigned> {
 protected:
  static ClassifierOptions options(unsigned bits) {
    return {.priority_sorting = (bits & 1) != 0,
            .staged_lookup = (bits & 2) != 0,
            .prefix_tracking = (bits & 4) != 0,
            .port_tries = (bits & 8) != 0};
  }
};

TEST_P(ClassifierOracle, AnswersAreThoseOfAList) {
  RandomRules random(GetParam());
  Classifier classifier(options(GetParam()));
  std::deque<ClassifierRule> rules;
  std::vector<ClassifierRule*> in_use;
  for (int step = 0; step < 600; step++) {
    if (in_use.empty() || random.below(4) != 0) {
      ClassifierRule rule = random.rule();
      if (classifier.find_same(rule) == nullptr) {
        classifier.insert(rules.emplace_back(rule));
        in_use.push_back(&rules.back());
        ASSERT_EQ(classifier.find_same(rule), &rules.back());
      }
    } else {
      std::swap(in_use[random.below(in_use.size())], in_use.back());
      classifier.remove(*in_use.back());
      ASSERT_EQ(classifier.find_same(*in_use.back()), nullptr);
      in_use.back()->priority = -1;  // matches, but never wins
      in_use.pop_back();
    }
    const PipelineKey key = random.key();
    PipelineMask looked_at{};
    const ClassifierRule* found = classifier.find(key, looked_at);
    ASSERT_EQ(priority_of(found), priority_of(find_in_list(rules, key)));
    expect_decided(classifier, key, looked_at, found, random);
  }
  for (ClassifierRule* rule : in_use) classifier.remove(*rule);
  EXPECT_EQ(classifier.subtable_count(), 0u);
}
INSTANTIATE_TEST_SUITE_P(Seeds, ClassifierOracle, testing::Range(0u, 64u));

class ClassifierTest : public testing::Test {
 protected:
  // `match` as in a trace; a field's mask is all of it, or so many leading bits of an address.
  ClassifierRule& add(int priority, const PipelineKey& key, const PipelineMask& mask) {
    ClassifierRule& rule = rules_.emplace_back(ClassifierRule{masked(key, mask), mask, priority});
    for (Classifier* classifier : {&all_on_, &all_off_}) {
      ClassifierRule& copy = rules_.emplace_back(rule);
      classifier->insert(copy);
    }
    return rule;
  }
  static PipelineKey tcp(const char* source, const char* destination, uint16_t port) {
    PipelineKey key{};
    key.f.packet.f.eth_type = htons(FLOW_ETH_TYPE_IPV4);
    key.f.packet.f.ip_proto = 6;
    key.f.packet.f.ipv4.src = inet_addr(source);
    key.f.packet.f.ipv4.dst = inet_addr(destination);
    key.f.packet.f.tp_dst = htons(port);
    return key;
  }
  static PipelineMask mask_of(unsigned destination_bits, bool port) {
    PipelineMask mask{};
    mask.f.packet.f.eth_type = 0xffff;
    if (destination_bits > 0) mask.f.packet.f.ipv4.dst = htonl(~uint32_t{0} << (32 - destination_bits));
    if (port) {
      mask.f.packet.f.ip_proto = 0xff;
      mask.f.packet.f.tp_dst = 0xffff;
    }
    return mask;
  }

  Classifier all_on_, all_off_{{false, false, false, false}};
  std::deque<ClassifierRule> rules_;
};

// The four flows of NSDI 2015, section 7.2: an ACL on a port must not make a megaflow of each connection.
TEST_F(ClassifierTest, MegaflowsStayWide) {
  add(1, {}, {});
  add(2, tcp("0.0.0.0", "9.1.1.1", 0), mask_of(32, false));
  add(3, tcp("0.0.0.0", "9.1.1.1", 10), mask_of(32, true));
  add(4, tcp("0.0.0.0", "9.1.1.0", 0), mask_of(24, false));
  PipelineMask on{}, off{};
  const PipelineKey elsewhere = tcp("1.2.3.4", "8.0.0.1", 80);
  EXPECT_EQ(all_on_.find(elsewhere, on)->priority, 1);
  EXPECT_EQ(all_off_.find(elsewhere, off)->priority, 1);
  EXPECT_EQ(off.f.packet.f.tp_dst, 0xffff);
  EXPECT_EQ(on.f.packet.f.tp_dst, 0);
  EXPECT_EQ(ntohl(on.f.packet.f.ipv4.dst), 0xff000000u) << "8 and 9 differ in the eighth bit";
  EXPECT_LT(bits_of(on), bits_of(off));
}

TEST_F(ClassifierTest, HighPrioritiesSpareTheRest) {
  add(9, tcp("0.0.0.0", "10.0.0.0", 0), mask_of(8, false));
  add(1, tcp("0.0.0.0", "10.0.0.1", 80), mask_of(32, true));
  PipelineMask on{};
  EXPECT_EQ(all_on_.find(tcp("1.1.1.1", "10.0.0.1", 80), on)->priority, 9);
  EXPECT_EQ(on.f.packet.f.tp_dst, 0);
  EXPECT_EQ(ntohl(on.f.packet.f.ipv4.dst), 0xff000000u);
}

TEST_F(ClassifierTest, OfForeignPortsAFewBitsWillDo) {
  for (const uint16_t port : {80, 81, 443}) add(5, tcp("0.0.0.0", "0.0.0.0", port), mask_of(0, true));
  PipelineMask on{};
  EXPECT_EQ(all_on_.find(tcp("1.1.1.1", "10.0.0.1", 50000), on), nullptr);
  EXPECT_EQ(ntohs(on.f.packet.f.tp_dst), 0x8000);
  EXPECT_EQ(on.f.packet.f.ip_proto, 0xff);
}

TEST_F(ClassifierTest, RulesOfOneMatchStandByPriority) {
  ClassifierRule low{.match = {}, .priority = 1}, middle = low, high = low;
  middle.priority = 5;
  high.priority = 9;
  Classifier classifier;
  PipelineMask looked_at{};
  for (ClassifierRule* rule : {&middle, &high, &low}) classifier.insert(*rule);
  EXPECT_EQ(classifier.find({}, looked_at), &high);
  classifier.remove(high);
  EXPECT_EQ(classifier.find({}, looked_at), &middle);
  EXPECT_EQ(classifier.find_same(low), &low);
  classifier.remove(middle);
  classifier.remove(low);
  EXPECT_EQ(classifier.find({}, looked_at), nullptr);
  EXPECT_EQ(bits_of(looked_at), 0u);
}

}  // namespace
}  // namespace flowbed::sw
