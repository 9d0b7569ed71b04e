// The ports of the userspace datapath, found by number on the way out and by the kernel's index on the way
// in.
#pragma once

#include <memory>
#include <vector>

#include "switchd/datapath/datapath.hh"

namespace flowbed::sw {

struct DatapathPort {
  PortNo number;
  PortSpec spec;
  PortStatistics statistics;
};

class PortTable {
 public:
  PortTable() : by_index_(kFirstSlots) {}

  DatapathPort* by_number(PortNo number) const {
    const uint32_t i = to_number(number);
    return i < ports_.size() ? ports_[i].get() : nullptr;
  }
  DatapathPort* by_index(IfIndex index) const {
    for (size_t i = slot_of(index); by_index_[i]; i = (i + 1) & (by_index_.size() - 1)) {
      if (by_index_[i]->spec.ifindex == index) return by_index_[i];
    }
    return nullptr;
  }
  void put(PortNo number, const PortSpec& spec);  // keeps the statistics of a port that is there
  void remove(PortNo number);

 private:
  static constexpr size_t kFirstSlots = 64;

  // Kernel indices are handed out in sequence, so the index itself is the best hash.
  size_t slot_of(IfIndex index) const { return to_number(index) & (by_index_.size() - 1); }
  void place(DatapathPort& port);
  void take_out(DatapathPort& port);
  void grow();

  std::vector<std::unique_ptr<DatapathPort>> ports_;  // by number; addresses are stable
  std::vector<DatapathPort*> by_index_;               // open addressing, a power of two, at most half full
  size_t count_ = 0;
};

}  // namespace flowbed::sw
