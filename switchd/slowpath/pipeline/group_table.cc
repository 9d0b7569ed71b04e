#include "switchd/slowpath/pipeline/group_table.hh"

#include <algorithm>
#include <cmath>
#include <set>

#include "switchd/slowpath/pipeline/of_fault.hh"

namespace flowbed::sw {
namespace {

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

std::vector<uint32_t> groups_watched_by(const std::vector<Bucket>& buckets) {
  std::vector<uint32_t> ids;
  for (const Bucket& bucket : buckets) {
    if (bucket.watch_group != kGroupAny) ids.push_back(bucket.watch_group);
  }
  return ids;
}

// Each group is asked once: those that watch each other in a ring or in a lattice would else be asked without
// end. One that waits for its own answer counts as dead.
class LivenessCheck {
 public:
  LivenessCheck(const GroupTable& groups, const GroupTable::PortIsAlive& port_is_alive)
      : groups_(groups), port_is_alive_(port_is_alive) {}

  bool is_alive(uint32_t id) {
    const auto [answer, is_new] = answers_.try_emplace(id, false);
    if (!is_new) return answer->second;
    const Group* group = groups_.find(id);
    return answer->second = group && std::ranges::any_of(group->buckets, [&](const Bucket& b) {
                              return is_alive(*group, b);
                            });
  }
  bool is_alive(const Group& group, const Bucket& bucket) {
    const bool watches_port = bucket.watch_port != kOfPortAny,
               watches_group = bucket.watch_group != kGroupAny;
    if (watches_port && port_is_alive_(bucket.watch_port)) return true;
    if (watches_group && is_alive(bucket.watch_group)) return true;
    return !watches_port && !watches_group && group.type != GroupType::kFastFailover;
  }

 private:
  const GroupTable& groups_;
  const GroupTable::PortIsAlive& port_is_alive_;
  std::map<uint32_t, bool> answers_;
};

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
    throw OfFault(OfFaultKind::kOutOfGroups, name_of(mod.id) +
                                                 " would be one too many: a switch has at most " +
                                                 std::to_string(kMaxGroups) + " groups; delete one first");
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
    if (!group)  // a bucket's actions are judged as a rule's: 1.3.5, 6.5
      throw OfFault(OfFaultKind::kBadOutGroup,
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

std::vector<uint32_t> GroupTable::depending_on(uint32_t id) const {
  std::set<uint32_t> found{id};
  const auto is_found = [&](uint32_t other) { return found.contains(other); };
  for (bool more = true; more;) {
    more = false;
    for (const auto& [other, group] : groups_) {
      const bool depends = std::ranges::any_of(groups_in(group.buckets), is_found) ||
                           std::ranges::any_of(groups_watched_by(group.buckets), is_found);
      if (depends) more |= found.insert(other).second;
    }
  }
  return {found.begin(), found.end()};
}

bool GroupTable::is_alive(uint32_t id, const PortIsAlive& port_is_alive) const {
  return LivenessCheck(*this, port_is_alive).is_alive(id);
}

bool GroupTable::is_alive(const Group& group, const Bucket& bucket, const PortIsAlive& port_is_alive) const {
  return LivenessCheck(*this, port_is_alive).is_alive(group, bucket);
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
