// What a lookup in the classifier costs, without any cache before it; what inserting costs, and the memory of
// a rule. The packets' keys are many and come from memory, as misses would.

#include <vector>

#include <benchmark/benchmark.h>

#include "switchd/slowpath/classifier/classifier.hh"
#include "tests/bench/switchd/rule_sets.hh"

namespace flowbed::sw {
namespace {

constexpr size_t kKeys = 1 << 14;

using Rules = std::deque<ClassifierRule>;

void fill(Classifier& classifier, Rules& rules) {
  for (ClassifierRule& rule : rules) {
    if (classifier.find_same(rule) == nullptr) classifier.insert(rule);
  }
}

void measure_lookups(benchmark::State& state, Rules rules, ClassifierOptions options = {}) {
  RuleSets random(2);
  Classifier classifier(options);
  fill(classifier, rules);
  std::vector<PipelineKey> keys;
  for (size_t i = 0; i < kKeys; i++) keys.push_back(random.key(rules));
  size_t at = 0;
  for (auto _ : state) {
    PipelineMask looked_at{};
    benchmark::DoNotOptimize(classifier.find(keys[++at % kKeys], looked_at));
    benchmark::DoNotOptimize(looked_at);
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["masks"] = static_cast<double>(classifier.subtable_count());
  state.counters["bytes_a_rule"] =
      sizeof(ClassifierRule) + static_cast<double>(classifier.memory()) / static_cast<double>(rules.size());
}

void lookups_by_masks(benchmark::State& state) {
  measure_lookups(
      state, RuleSets().of_masks(static_cast<size_t>(state.range(0)), static_cast<size_t>(state.range(1))));
}
BENCHMARK(lookups_by_masks)->ArgsProduct({{1, 10, 20}, {100, 10'000, 500'000}});

void lookups_in_access_list(benchmark::State& state) {
  measure_lookups(state, RuleSets().acl(static_cast<size_t>(state.range(0))));
}
void lookups_in_firewall(benchmark::State& state) {
  measure_lookups(state, RuleSets().firewall(static_cast<size_t>(state.range(0))));
}
void lookups_in_ip_chain(benchmark::State& state) {
  measure_lookups(state, RuleSets().ip_chain(static_cast<size_t>(state.range(0))));
}
BENCHMARK(lookups_in_access_list)->Arg(100)->Arg(10'000)->Arg(500'000);
BENCHMARK(lookups_in_firewall)->Arg(100)->Arg(10'000)->Arg(500'000);
BENCHMARK(lookups_in_ip_chain)->Arg(100)->Arg(10'000)->Arg(500'000);

void inserts_and_removals(benchmark::State& state) {
  Rules rules = RuleSets().acl(static_cast<size_t>(state.range(0)));
  Classifier classifier;
  fill(classifier, rules);
  Rules more = RuleSets(3).acl(kKeys);
  std::erase_if(more, [&](const ClassifierRule& rule) { return classifier.find_same(rule) != nullptr; });
  size_t at = 0;
  for (auto _ : state) {
    ClassifierRule& rule = more[++at % more.size()];
    classifier.insert(rule);
    classifier.remove(rule);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(inserts_and_removals)->Arg(10'000)->Arg(500'000);

}  // namespace
}  // namespace flowbed::sw
