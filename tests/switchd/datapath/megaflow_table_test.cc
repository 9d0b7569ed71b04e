#include "switchd/datapath/userspace/megaflow_table.hh"

#include <algorithm>
#include <list>

#include <gtest/gtest.h>

#include "tests/switchd/datapath/flows.hh"

namespace flowbed::sw {
namespace {

// The same flows, looked through one by one. Flows that overlap exist here, so the oracle says which may
// answer.
class LinearOracle {
 public:
  void insert(Flow& flow) { flows_.push_back(&flow); }
  void remove(Flow& flow) { std::erase(flows_, &flow); }
  bool holds(const Flow& like) const {
    return std::ranges::any_of(flows_, [&](const Flow* f) {
      return same_words(f->mask, like.mask) && same_words(f->key, like.key);
    });
  }
  bool may_answer(const Flow* answer, const FlowKey& key) const {
    if (answer)
      return std::ranges::find(flows_, answer) != flows_.end() && matches(key, answer->key, answer->mask);
    return std::ranges::none_of(flows_, [&](const Flow* f) { return matches(key, f->key, f->mask); });
  }
  Flow& pick(std::mt19937& random) const { return *flows_[random() % flows_.size()]; }
  bool empty() const { return flows_.empty(); }

 private:
  std::vector<Flow*> flows_;
};

TEST(MegaflowTable, AgreesWithLinearSearchOnRandomFlows) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  MegaflowTable table;
  LinearOracle oracle;
  std::list<Flow> flows;
  for (int i = 0; i < 20000; i++) {
    Flow flow;
    flow.mask = random_mask(random);
    flow.key = masked(random_key(random), flow.mask);
    if (random() % 3 != 0 && !oracle.holds(flow)) {
      table.insert(flows.emplace_back(flow));
      oracle.insert(flows.back());
    } else if (!oracle.empty()) {
      Flow& gone = oracle.pick(random);
      table.remove(gone);
      oracle.remove(gone);
    }
    const FlowKey key = random_key(random);
    ASSERT_TRUE(oracle.may_answer(table.find(key), key));
    ASSERT_TRUE(oracle.may_answer(table.probe(key), key));
  }
}

TEST(MegaflowTable, SubtableGrowsAndShrinks) {
  MegaflowTable table;
  std::list<Flow> flows;
  for (uint32_t i = 0; i < 1000; i++) {
    Flow& flow = flows.emplace_back();
    flow.mask = exact_mask();
    flow.key = ipv4_key(1, i, 0, 0);
    table.insert(flow);
  }
  EXPECT_EQ(table.mask_count(), 1u);
  for (Flow& flow : flows) EXPECT_EQ(table.find(flow.key), &flow);
  for (Flow& flow : flows) table.remove(flow);
  EXPECT_EQ(table.mask_count(), 0u);
  EXPECT_EQ(table.find(flows.front().key), nullptr);
}

TEST(MegaflowTable, StillAnswersAfterSortingByHits) {
  MegaflowTable table;
  std::list<Flow> flows;
  for (int i = 0; i < 6; i++) {
    Flow& flow = flows.emplace_back();
    flow.mask = {};
    flow.mask.words[0] = ~uint64_t{0};
    flow.mask.f.tp_dst = static_cast<uint16_t>(0xff >> i);
    flow.key = masked(ipv4_key(static_cast<uint32_t>(i), 0, 0, 1), flow.mask);
    table.insert(flow);
  }
  for (int i = 0; i < 20000; i++) {
    const auto port = static_cast<uint32_t>(i % 8);
    const Flow* found = table.find(ipv4_key(port, 0, 0, 1));
    ASSERT_EQ(found != nullptr, port < 6);
  }
}

}  // namespace
}  // namespace flowbed::sw
