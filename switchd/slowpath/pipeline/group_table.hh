// Groups of one bridge: sets of buckets, of which a packet takes all, one chosen by its hash, or the first
// that is alive.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "switchd/slowpath/pipeline/requests.hh"
#include "switchd/slowpath/pipeline/rule.hh"

namespace flowbed::sw {

struct Group {
  uint32_t id;
  GroupType type;
  std::vector<Bucket> buckets;
  std::vector<FlowCounter> bucket_counters;  // as many
  FlowCounter counter;
  TimePoint created;
};

class GroupTable {
 public:
  static constexpr size_t kMaxGroups = 65536, kMaxBuckets = 4096;
  using PortIsAlive = std::function<bool(OfPort)>;

  // Throws OfFault, and then nothing has changed. Deleting does not ask who refers to the group.
  void apply(const GroupMod& mod, TimePoint now);

  Group* find(uint32_t id);
  const Group* find(uint32_t id) const;
  const std::map<uint32_t, Group>& groups() const { return groups_; }
  // The groups that lead to this one or watch it, or one that does, itself included.
  std::vector<uint32_t> depending_on(uint32_t id) const;

  // A group is alive if one of its buckets is. A bucket is, if what it watches is, or if it watches nothing
  // and is not of a fast-failover group.
  bool is_alive(uint32_t id, const PortIsAlive& port_is_alive) const;
  bool is_alive(const Group& group, const Bucket& bucket, const PortIsAlive& port_is_alive) const;

 private:
  void check(const GroupMod& mod) const;
  void check_chain(const GroupMod& mod) const;
  void check_type(const GroupMod& mod) const;
  void put(const GroupMod& mod, TimePoint now);

  std::map<uint32_t, Group> groups_;
};

// Which bucket of a select group a packet takes: by weighted rendezvous, so that a change of buckets moves as
// few flows as possible. Null: no bucket has a weight.
const Bucket* choose_bucket(const Group& group, uint64_t packet_hash,
                            const std::function<bool(const Bucket&)>& usable);

}  // namespace flowbed::sw
