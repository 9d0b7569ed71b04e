#include "switchd/datapath/userspace/port_table.hh"

namespace flowbed::sw {

void PortTable::put(PortNo number, const PortSpec& spec) {
  if (DatapathPort* port = by_number(number)) {
    const bool moved = port->spec.ifindex != spec.ifindex;
    port->spec = spec;
    if (moved) rebuild_index();
    return;
  }
  const uint32_t i = to_number(number);
  if (i >= ports_.size()) ports_.resize(i + 1);
  ports_[i] = std::make_unique<DatapathPort>(DatapathPort{number, spec, {}});
  if (++count_ * 2 > by_index_.size()) {
    by_index_.resize(by_index_.size() * 2);
    return rebuild_index();
  }
  size_t slot = slot_of(spec.ifindex);
  while (by_index_[slot]) slot = (slot + 1) & (by_index_.size() - 1);
  by_index_[slot] = ports_[i].get();
}

void PortTable::remove(PortNo number) {
  if (!by_number(number)) return;
  ports_[to_number(number)].reset();
  count_--;
  rebuild_index();
}

void PortTable::rebuild_index() {
  by_index_.assign(by_index_.size(), nullptr);
  for (const auto& port : ports_) {
    if (!port) continue;
    size_t slot = slot_of(port->spec.ifindex);
    while (by_index_[slot]) slot = (slot + 1) & (by_index_.size() - 1);
    by_index_[slot] = port.get();
  }
}

}  // namespace flowbed::sw
