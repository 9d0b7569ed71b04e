#include "switchd/datapath/userspace/emc.hh"

namespace flowbed::sw {

namespace {
constexpr size_t kNoWay = Emc::kWays;
constexpr uint32_t kNewcomersPerReplacement = 16;
}  // namespace

Emc::Emc() : entries_(std::make_unique<Entry[]>(kSets * kWays)) {}

void Emc::insert(const FlowKey& key, uint64_t hash, Flow& flow) {
  const size_t set = hash % kSets;
  const size_t way = choose_way(set);
  if (way == kNoWay) return;
  Entry& entry = entries_[set * kWays + way];
  if (tag_at(set, way) != 0 && !entry.dead()) entry.flow->emc_entries--;
  entry = {key, &flow, flow.generation};
  flow.emc_entries++;
  set_tag(set, way, tag_of(hash));
}

// The first empty place, else a dead one, else, once in a while, any; else kNoWay.
size_t Emc::choose_way(size_t set) {
  for (size_t way = 0; way < kWays; way++) {
    if (tag_at(set, way) == 0) return way;
  }
  for (size_t way = 0; way < kWays; way++) {
    if (entries_[set * kWays + way].dead()) return way;
  }
  if (newcomers_++ % kNewcomersPerReplacement != 0) return kNoWay;
  return newcomers_ / kNewcomersPerReplacement % kWays;
}

void Emc::set_tag(size_t set, size_t way, uint8_t tag) {
  uint64_t& tags = sets_[set].tags[way / 8];
  const size_t shift = way % 8 * 8;
  tags = (tags & ~(uint64_t{0xff} << shift)) | uint64_t{tag} << shift;
}

void Emc::clear() { sets_.fill({}); }

}  // namespace flowbed::sw
