#include "switchd/datapath/userspace/port_table.hh"

#include <utility>

namespace flowbed::sw {

void PortTable::put(PortNo number, const PortSpec& spec) {
  if (DatapathPort* port = by_number(number)) {
    take_out(*port);
    port->spec = spec;
    return place(*port);
  }
  const uint32_t i = to_number(number);
  if (i >= ports_.size()) ports_.resize(i + 1);
  ports_[i] = std::make_unique<DatapathPort>(DatapathPort{number, spec, {}});
  if (++count_ * 2 > by_index_.size()) grow();
  place(*ports_[i]);
}

void PortTable::remove(PortNo number) {
  DatapathPort* port = by_number(number);
  if (!port) return;
  take_out(*port);
  ports_[to_number(number)].reset();
  count_--;
}

void PortTable::place(DatapathPort& port) {
  size_t slot = slot_of(port.spec.ifindex);
  while (by_index_[slot]) slot = (slot + 1) & (by_index_.size() - 1);
  by_index_[slot] = &port;
}

// Linear probing needs no tombstones: the ports behind the gap, up to the next empty slot, are placed anew.
void PortTable::take_out(DatapathPort& port) {
  const size_t last = by_index_.size() - 1;
  size_t slot = slot_of(port.spec.ifindex);
  while (by_index_[slot] != &port) slot = (slot + 1) & last;
  by_index_[slot] = nullptr;
  for (slot = (slot + 1) & last; by_index_[slot]; slot = (slot + 1) & last) {
    place(*std::exchange(by_index_[slot], nullptr));
  }
}

void PortTable::grow() {
  std::vector<DatapathPort*> old(by_index_.size() * 2);
  old.swap(by_index_);
  for (DatapathPort* port : old) {
    if (port) place(*port);
  }
}

}  // namespace flowbed::sw
