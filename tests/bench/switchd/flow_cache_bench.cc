// What a packet costs the caches, without the kernel. The keys are of 8,000 TCP flows whose packets come in
// random order from 8,000 places in memory, as they would from a receive ring; bursts are those of
// UserspaceDatapath.

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include "switchd/datapath/userspace/userspace_datapath.hh"
#include "tests/switchd/packets.hh"

namespace flowbed::sw {
namespace {

constexpr uint32_t kFlows = 8000;
constexpr size_t kBurst = UserspaceDatapath::kMaxBurst;
const TimePoint kNow{};

Bytes nth_packet(uint32_t n) {
  Bytes bytes = ethernet(kMac2, kMac1, 0x0800);
  bytes = ipv4(std::move(bytes), "10.0.0.1", "10.0.0.2", 6);
  return tcp(std::move(bytes), 1024 + n, 80, 0x10).zeros(6);
}

class Traffic {
 public:
  Traffic() {
    for (uint32_t i = 0; i < kFlows; i++) frames_.push_back(nth_packet(i));
    for (const Bytes& frame : frames_) packets_.push_back(packet_of(frame));
    std::shuffle(packets_.begin(), packets_.end(), std::mt19937(1));
  }
  const Packet& next() {
    if (++at_ == packets_.size()) at_ = 0;
    return packets_[at_];
  }
  const std::vector<Packet>& all() const { return packets_; }

 private:
  std::vector<Bytes> frames_;
  std::vector<Packet> packets_;
  size_t at_ = 0;
};

// A mask that looks at all, and one that looks at less for each `n`.
FlowMask nth_mask(int n) {
  FlowMask mask = {};
  mask.f.in_port = 0xffff;
  mask.f.eth_type = 0xffff;
  memset(mask.f.eth_dst, 0xff, 6);
  mask.f.ipv4 = {0xffffffff, 0xffffffff << (n % 32)};
  mask.f.ip_proto = 0xff;
  mask.f.tp_src = 0xffff;
  mask.f.tp_dst = static_cast<uint16_t>(0xffff << (n / 32));
  return mask;
}

void put_flow(FlowCache& cache, uint32_t id, const Packet& packet, const FlowMask& mask) {
  const FlowKey key = extract_flow_key(packet, PortNo{1});
  static const SharedActions kActions =
      std::make_shared<const ActionList>(ActionList{Action::output(PortNo{2})});
  cache.put({FlowId{id}, masked(key, mask), mask, kActions}, kNow);
}

void extract(benchmark::State& state) {
  Traffic traffic;
  for (auto _ : state) benchmark::DoNotOptimize(extract_flow_key(traffic.next(), PortNo{1}));
}
BENCHMARK(extract);

void extract_and_hash(benchmark::State& state) {
  Traffic traffic;
  for (auto _ : state) benchmark::DoNotOptimize(hash_of(extract_flow_key(traffic.next(), PortNo{1})));
}
BENCHMARK(extract_and_hash);

// Fills the exact-match cache, and then looks up one packet after the other.
void extract_and_emc_hit(benchmark::State& state) {
  Traffic traffic;
  FlowCache cache;
  uint32_t id = 0;
  for (const Packet& packet : traffic.all()) put_flow(cache, id++, packet, nth_mask(0));
  uint64_t emc_hits = 0;
  const auto look_up = [&] {
    const FlowKey key = extract_flow_key(traffic.next(), PortNo{1});
    const auto hit = cache.find(key, hash_of(key));
    emc_hits += hit.answer == CacheAnswer::kEmc;
    benchmark::DoNotOptimize(hit.flow);
  };
  for (uint32_t i = 0; i < kFlows; i++) look_up();
  emc_hits = 0;
  for (auto _ : state) look_up();
  state.counters["emc_hit_rate"] = static_cast<double>(emc_hits) / static_cast<double>(state.iterations());
}
BENCHMARK(extract_and_emc_hit);

// The same in bursts, with the prefetching that the datapath does. The time is of one packet.
void extract_and_emc_hit_in_bursts(benchmark::State& state) {
  Traffic traffic;
  FlowCache cache;
  uint32_t id = 0;
  for (const Packet& packet : traffic.all()) put_flow(cache, id++, packet, nth_mask(0));
  std::array<FlowKey, kBurst> keys;
  std::array<uint64_t, kBurst> hashes;
  const auto look_up_burst = [&] {
    for (size_t i = 0; i < kBurst; i++) {
      keys[i] = extract_flow_key(traffic.next(), PortNo{1});
      hashes[i] = hash_of(keys[i]);
      cache.emc().prefetch(hashes[i]);
    }
    for (size_t i = 0; i < kBurst; i++) cache.emc().prefetch_entry(hashes[i]);
    for (size_t i = 0; i < kBurst; i++) benchmark::DoNotOptimize(cache.find(keys[i], hashes[i]).flow);
  };
  for (uint32_t i = 0; i < kFlows; i += kBurst) look_up_burst();
  while (state.KeepRunningBatch(kBurst)) look_up_burst();
}
BENCHMARK(extract_and_emc_hit_in_bursts);

// Finds a flow among subtables, the exact-match cache left out. Flows are spread evenly over the masks.
void extract_and_megaflow_hit(benchmark::State& state) {
  Traffic traffic;
  MegaflowTable table;
  std::vector<Flow> flows(kFlows);
  const auto masks = static_cast<size_t>(state.range(0));
  for (size_t i = 0; i < kFlows; i++) {
    flows[i].mask = nth_mask(static_cast<int>(i % masks));
    flows[i].key = masked(extract_flow_key(traffic.all()[i], PortNo{1}), flows[i].mask);
    table.insert(flows[i]);
  }
  for (auto _ : state) benchmark::DoNotOptimize(table.find(extract_flow_key(traffic.next(), PortNo{1})));
}
BENCHMARK(extract_and_megaflow_hit)->Arg(1)->Arg(5)->Arg(10)->Arg(20);

}  // namespace
}  // namespace flowbed::sw
