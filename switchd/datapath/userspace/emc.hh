// Emc: the exact-match cache, in front of the megaflows.
//
// It maps a whole flow key to the megaflow that answers for it, at the price of one comparison however many
// masks the megaflows have. It is a cache of a cache: forgetting an entry is never wrong.
//
// 1,024 sets of 16 places. A set's 16 one-byte tags (a piece of each entry's hash) lie in 16 bytes and are
// compared eight at a time, so that a lookup reads the tags, almost always of one cache line in the first
// level, and then the one entry that matters. There are twice as many places as the 8,192 flows the cache is
// meant for: sets fill unevenly, and at half load next to none overflows.
//
// An entry is dead when its flow's generation is no longer the one it was made for. Dead entries are not
// looked for; they are overwritten first when a set is full. Else a full set gives up a place only for one
// newcomer in 16, so that a stream of keys that never come back (a scan, a flood of spoofed addresses) does
// not wash out those that do.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "switchd/datapath/userspace/flow.hh"

namespace flowbed::sw {

class Emc {
 public:
  static constexpr size_t kSets = 1024;
  static constexpr size_t kWays = 16;

  Emc();

  // `hash` is hash_of(key). The flow, or null.
  Flow* find(const FlowKey& key, uint64_t hash) const {
    const Set& set = sets_[hash % kSets];
    for (size_t half = 0; half < 2; half++) {
      for (uint64_t hits = zero_bytes(set.tags[half] ^ repeat(tag_of(hash))); hits; hits &= hits - 1) {
        const Entry& entry = entries_[place(hash % kSets, half, hits)];
        if (same_key(entry.key, key) && entry.flow && !entry.dead()) return entry.flow;
      }
    }
    return nullptr;
  }
  void prefetch(uint64_t hash) const { __builtin_prefetch(&sets_[hash % kSets]); }
  // Brings in the entry that find will look at; worth it when the set is in the cache already.
  void prefetch_entry(uint64_t hash) const {
    const Set& set = sets_[hash % kSets];
    const uint64_t first = zero_bytes(set.tags[0] ^ repeat(tag_of(hash)));
    const uint64_t second = zero_bytes(set.tags[1] ^ repeat(tag_of(hash)));
    if (!(first | second)) return;
    const char* entry =
        reinterpret_cast<const char*>(&entries_[place(hash % kSets, first ? 0 : 1, first ? first : second)]);
    __builtin_prefetch(entry);
    __builtin_prefetch(entry + sizeof(Entry) - 1);
  }
  void insert(const FlowKey& key, uint64_t hash, Flow& flow);
  void clear();

 private:
  struct Set {
    uint64_t tags[2] = {};  // 16 bytes; 0: the place is empty
  };
  struct Entry {
    FlowKey key;
    Flow* flow;
    uint32_t generation;
    bool dead() const { return generation != flow->generation; }
  };

  static uint8_t tag_of(uint64_t hash) { return static_cast<uint8_t>(hash >> 56 | 1); }
  static uint64_t repeat(uint8_t byte) { return byte * 0x0101010101010101u; }
  // Marks the high bit of every byte that is zero. Bytes above a true one may be marked falsely; the key
  // tells.
  static uint64_t zero_bytes(uint64_t v) { return (v - repeat(0x01)) & ~v & repeat(0x80); }
  static size_t place(size_t set, size_t half, uint64_t hits) {
    return set * kWays + half * 8 + static_cast<size_t>(__builtin_ctzll(hits)) / 8;
  }
  size_t choose_way(size_t set);
  uint8_t tag_at(size_t set, size_t way) const {
    return static_cast<uint8_t>(sets_[set].tags[way / 8] >> way % 8 * 8);
  }
  void set_tag(size_t set, size_t way, uint8_t tag);

  std::array<Set, kSets> sets_;
  std::unique_ptr<Entry[]> entries_;
  uint32_t newcomers_ = 0;  // that met a full set
};

}  // namespace flowbed::sw
