#include "switchd/slowpath/pipeline/group_table.hh"

#include <algorithm>
#include <cmath>
#include <set>

#include "switchd/slowpath/pipeline/of_fault.hh"

namespace flowbed::sw {
namespace {

constexpr int kMaxChain = 64;

std::string name_of(uint32_t id) { return "group " + std::to_string(id); }

std::vector<uint32_t> groups_in(const std::vector<Bucket>& buckets) {
  std::vector<uint32_t> ids;
  for (const Bucket& bucket : buckets) {
    for (const OfAction& action : bucket.actions) {
      if (const auto* group = std::get_if<of::Group>(&action)) ids.push_back(group->id);
    }
  }
  return ids;
}

}  // namespace

Group* GroupTable::find(uint32_t id) {
  const auto group = groups_.find(id);
  return group == groups_.end() ? nullptr : &group->second;
}

const Group* GroupTable::find(uint32_t id) const { return const_cast<GroupTable*>(this)->find(id); }

void GroupTable::apply(const GroupMod& mod, TimePoint now) {
  using enum GroupMod::Command;
  if (mod.command == kDelete) {
    if (mod.id == kGroupAll) return groups_.clear();
    groups_.erase(mod.id);  // none: that is no error (OpenFlow 1.3, 6.4)
    return;
  }
  check(mod);
  put(mod, now);
}

void GroupTable::check(const GroupMod& mod) const {
  const bool exists = groups_.contains(mod.id);
  if (mod.id > kGroupMax) throw OfFault(OfFaultKind::kInvalidGroup, "group numbers end at 0xffffff00");
  if (mod.command == GroupMod::Command::kAdd && exists)
    throw OfFault(OfFaultKind::kGroupExists, name_of(mod.id) + " is there already; modify it");
  if (mod.command == GroupMod::Command::kModify && !exists)
    throw OfFault(OfFaultKind::kUnknownGroup, "there is no " + name_of(mod.id) + "; add it");
  if (!exists && groups_.size() >= kMaxGroups)
    throw OfFault(OfFaultKind::kOutOfGroups, "there are too many groups");
  if (mod.buckets.size() > kMaxBuckets)
    throw OfFault(OfFaultKind::kOutOfBuckets, name_of(mod.id) + " has more than 4096 buckets");
  check_type(mod);
  check_chain(mod);
}

void GroupTable::check_type(const GroupMod& mod) const {
  if (mod.type > GroupType::kFastFailover)
    throw OfFault(OfFaultKind::kBadGroupType, "there is no such type of group");
  if (mod.type == GroupType::kIndirect && mod.buckets.size() != 1)
    throw OfFault(OfFaultKind::kInvalidGroup, name_of(mod.id) + ": an indirect group has exactly one bucket");
  for (const Bucket& bucket : mod.buckets) {
    if (mod.type != GroupType::kSelect && bucket.weight > 0 && mod.type != GroupType::kFastFailover &&
        bucket.weight != 1)
      throw OfFault(OfFaultKind::kInvalidGroup,
                    name_of(mod.id) + ": only buckets of select groups have weights");
    const bool watches = bucket.watch_port != kOfPortAny || bucket.watch_group != kGroupAny;
    if (mod.type == GroupType::kFastFailover && !watches)
      throw OfFault(OfFaultKind::kBadWatch,
                    name_of(mod.id) + ": a bucket of a fast-failover group watches nothing");
  }
}

void GroupTable::check_chain(const GroupMod& mod) const {
  std::set<uint32_t> seen;
  std::vector<uint32_t> todo = groups_in(mod.buckets);
  while (!todo.empty()) {
    const uint32_t id = todo.back();
    todo.pop_back();
    if (id == mod.id) throw OfFault(OfFaultKind::kGroupLoop, name_of(mod.id) + " would lead to itself");
    if (!seen.insert(id).second) continue;
    const Group* group = find(id);
    if (!group)
      throw OfFault(OfFaultKind::kUnknownGroup,
                    name_of(mod.id) + " leads to " + name_of(id) + ", which is not there");
    std::ranges::copy(groups_in(group->buckets), std::back_inserter(todo));
  }
}

// A modified group keeps its counters; its buckets are new ones.
void GroupTable::put(const GroupMod& mod, TimePoint now) {
  auto [place, is_new] = groups_.try_emplace(mod.id);
  Group& group = place->second;
  if (is_new) {
    group.id = mod.id;
    group.created = now;
  }
  group.type = mod.type;
  group.buckets = mod.buckets;
  group.bucket_counters.assign(mod.buckets.size(), {});
}

std::vector<uint32_t> GroupTable::leading_to(uint32_t id) const {
  std::set<uint32_t> found{id};
  for (bool more = true; more;) {
    more = false;
    for (const auto& [other, group] : groups_) {
      const auto leads = [&](uint32_t next) { return found.contains(next); };
      if (!found.contains(other) && std::ranges::any_of(groups_in(group.buckets), leads))
        more = found.insert(other).second;
    }
  }
  return {found.begin(), found.end()};
}

bool GroupTable::is_alive(uint32_t id, const PortIsAlive& port_is_alive) const {
  return is_alive(id, port_is_alive, 0);
}

bool GroupTable::is_alive(const Group& group, const Bucket& bucket, const PortIsAlive& port_is_alive) const {
  return is_alive(group, bucket, port_is_alive, 0);
}

bool GroupTable::is_alive(uint32_t id, const PortIsAlive& port_is_alive, int depth) const {
  const Group* group = find(id);
  if (!group || depth > kMaxChain) return false;
  return std::ranges::any_of(group->buckets, [&](const Bucket& bucket) {
    return is_alive(*group, bucket, port_is_alive, depth + 1);
  });
}

bool GroupTable::is_alive(const Group& group, const Bucket& bucket, const PortIsAlive& port_is_alive,
                          int depth) const {
  const bool watches_port = bucket.watch_port != kOfPortAny, watches_group = bucket.watch_group != kGroupAny;
  if (watches_port && port_is_alive(bucket.watch_port)) return true;
  if (watches_group && is_alive(bucket.watch_group, port_is_alive, depth + 1)) return true;
  return !watches_port && !watches_group && group.type != GroupType::kFastFailover;
}

const Bucket* choose_bucket(const Group& group, uint64_t packet_hash,
                            const std::function<bool(const Bucket&)>& usable) {
  const Bucket* best = nullptr;
  double best_score = 0;
  for (size_t i = 0; i < group.buckets.size(); i++) {
    const Bucket& bucket = group.buckets[i];
    if (bucket.weight == 0 || !usable(bucket)) continue;
    const double uniform = (static_cast<double>(mix(packet_hash, i + 1) >> 11) + 1) * 0x1p-53;
    const double score = bucket.weight / -std::log(uniform);
    if (best && score <= best_score) continue;
    best = &bucket;
    best_score = score;
  }
  return best;
}

}  // namespace flowbed::sw
