// ProbingTable: entries found by a 64-bit hash that their owner computes.
//
// Open addressing with linear probing, a power of two of slots, at most half of them taken. Removing leaves
// no tombstones: entries behind the gap move up. `Entry{}` stands for an empty slot and is never inserted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace flowbed::sw {

template <class Entry>
class ProbingTable {
 public:
  // The entry under this hash for which `is_it(entry)` is true; null if there is none. Valid until the next
  // insert or remove.
  template <class Predicate>
  Entry* find(uint64_t hash, Predicate is_it) {
    const size_t slot = slot_of(hash, is_it);
    return slots_[slot].entry == Entry{} ? nullptr : &slots_[slot].entry;
  }
  template <class Predicate>
  const Entry* find(uint64_t hash, Predicate is_it) const {
    const size_t slot = slot_of(hash, is_it);
    return slots_[slot].entry == Entry{} ? nullptr : &slots_[slot].entry;
  }

  void insert(uint64_t hash, Entry entry) {
    if (++size_ * 2 > slots_.size()) grow();
    place({hash, std::move(entry)});
  }

  // There is such an entry.
  template <class Predicate>
  void remove(uint64_t hash, Predicate is_it) {
    size_t i = slot_of(hash, is_it);
    slots_[i] = {};
    size_--;
    for (i = (i + 1) & last(); slots_[i].entry != Entry{}; i = (i + 1) & last())
      place(std::exchange(slots_[i], {}));
  }

  size_t size() const { return size_; }
  size_t memory() const { return slots_.capacity() * sizeof(Slot); }  // bytes

 private:
  static constexpr size_t kFirstSlots = 16;

  struct Slot {
    uint64_t hash = 0;
    Entry entry{};
  };

  size_t last() const { return slots_.size() - 1; }

  // Where the entry is, or the empty slot that ends the search for it.
  template <class Predicate>
  size_t slot_of(uint64_t hash, Predicate is_it) const {
    size_t i = hash & last();
    while (slots_[i].entry != Entry{} && !(slots_[i].hash == hash && is_it(slots_[i].entry)))
      i = (i + 1) & last();
    return i;
  }

  void place(Slot slot) {
    size_t i = slot.hash & last();
    while (slots_[i].entry != Entry{}) i = (i + 1) & last();
    slots_[i] = std::move(slot);
  }

  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (Slot& slot : old) {
      if (slot.entry != Entry{}) place(std::move(slot));
    }
  }

  std::vector<Slot> slots_ = std::vector<Slot>(kFirstSlots);
  size_t size_ = 0;
};

}  // namespace flowbed::sw
