// MacTable: where the addresses of one bridge were last seen.
//
// Pure: time comes from the caller. Every change that could change a verdict (an address learned, moved, aged
// or pushed out) is returned, so that the owner can take back the megaflows that depended on what was. Being
// seen again at the same port is no such change. Not learned: multicast addresses, which nobody sends from.
//
// The table is bounded: a host that invents addresses pushes out those that were seen longest ago, itself
// included, and takes no more memory. Of a large table a few go at once, as taking back megaflows one by one
// would be slow.
#pragma once

#include <list>
#include <unordered_map>
#include <vector>

#include "core/base/address.hh"
#include "core/base/clock.hh"
#include "switchd/flow/numbers.hh"

namespace flowbed::sw {

// An address in a VLAN, in one number: the address in the low 48 bits.
enum class MacKey : uint64_t {};
MacKey mac_key(uint16_t vlan, const uint8_t mac[6]);
uint16_t vlan_of(MacKey key);
MacAddress mac_of(MacKey key);

class MacTable {
 public:
  static constexpr size_t kDefaultCapacity = 16384;
  static constexpr size_t kShareThatGoes = 1024;  // one in so many, of a full table
  struct Entry {
    MacKey key;
    PortNo port;
    TimePoint used;
  };

  explicit MacTable(size_t capacity = kDefaultCapacity) : capacity_(capacity) {}

  const Entry* find(MacKey key) const;
  // The keys for which `find` now answers differently: none, the key itself, or also those pushed out.
  std::vector<MacKey> learn(MacKey key, PortNo port, TimePoint now);
  void refresh(MacKey key, PortNo port,
               TimePoint used);  // only if it is still at this port; never backwards in time
  std::vector<MacKey> expire(TimePoint now, Duration ageing);  // removes what was not seen for `ageing`
  std::vector<MacKey> forget_port(PortNo port);
  void clear();
  size_t size() const { return entries_.size(); }
  uint64_t moves() const { return moves_; }
  const std::list<Entry>& entries() const { return order_; }

 private:
  template <class Predicate>
  std::vector<MacKey> remove_if(Predicate predicate);
  void push_out(size_t count, std::vector<MacKey>& changed);

  size_t capacity_;
  std::list<Entry> order_;  // learned or refreshed longest ago first
  std::unordered_map<MacKey, std::list<Entry>::iterator> entries_;
  uint64_t moves_ = 0;
};

}  // namespace flowbed::sw
