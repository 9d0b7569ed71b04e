#include "switchd/slowpath/mac_table.hh"

#include <algorithm>

namespace flowbed::sw {

MacKey mac_key(uint16_t vlan, const uint8_t mac[6]) {
  uint64_t key = vlan;
  for (int i = 0; i < 6; i++) key = key << 8 | mac[i];
  return MacKey{key};
}

uint16_t vlan_of(MacKey key) { return static_cast<uint16_t>(static_cast<uint64_t>(key) >> 48); }
MacAddress mac_of(MacKey key) { return MacAddress::from_uint64(static_cast<uint64_t>(key)); }

const MacTable::Entry* MacTable::find(MacKey key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &*found->second;
}

std::vector<MacKey> MacTable::learn(MacKey key, PortNo port, TimePoint now) {
  std::vector<MacKey> changed;
  const auto found = entries_.find(key);
  if (found != entries_.end()) {
    Entry& entry = *found->second;
    order_.splice(order_.end(), order_, found->second);
    entry.used = now;
    if (entry.port == port) return changed;
    entry.port = port;
    moves_++;
    changed.push_back(key);
    return changed;
  }
  if (entries_.size() >= capacity_) push_out(1 + capacity_ / kShareThatGoes, changed);
  entries_[key] = order_.insert(order_.end(), {key, port, now});
  changed.push_back(key);
  return changed;
}

void MacTable::push_out(size_t count, std::vector<MacKey>& changed) {
  for (; count > 0 && !order_.empty(); count--) {
    changed.push_back(order_.front().key);
    entries_.erase(order_.front().key);
    order_.pop_front();
  }
}

void MacTable::refresh(MacKey key, PortNo port, TimePoint used) {
  const auto found = entries_.find(key);
  if (found == entries_.end() || found->second->port != port) return;
  found->second->used = std::max(found->second->used, used);
  order_.splice(order_.end(), order_, found->second);
}

template <class Predicate>
std::vector<MacKey> MacTable::remove_if(Predicate predicate) {
  std::vector<MacKey> removed;
  for (auto entry = order_.begin(); entry != order_.end();) {
    if (!predicate(*entry)) {
      ++entry;
      continue;
    }
    removed.push_back(entry->key);
    entries_.erase(entry->key);
    entry = order_.erase(entry);
  }
  return removed;
}

std::vector<MacKey> MacTable::expire(TimePoint now, Duration ageing) {
  return remove_if([&](const Entry& entry) { return now - entry.used > ageing; });
}

std::vector<MacKey> MacTable::forget_port(PortNo port) {
  return remove_if([&](const Entry& entry) { return entry.port == port; });
}

void MacTable::clear() {
  entries_.clear();
  order_.clear();
}

}  // namespace flowbed::sw
