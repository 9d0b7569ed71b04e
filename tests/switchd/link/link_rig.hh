// A direction of a link in virtual time: packets are sent at given times, and what arrives is written down.
#pragma once

#include <map>

#include "switchd/link/link_direction.hh"

namespace flowbed::sw {

using namespace std::chrono_literals;

class LinkRig {
 public:
  explicit LinkRig(const DirectionSettings& settings)
      : link(settings, now, [this](const LinkPacket& packet, DropCause cause, TimePoint) {
          drops[cause]++;
          dropped.push_back(packet);
        }) {}

  void send(uint32_t bytes = 1500, uint32_t flow = 0, bool can_be_marked = false) {
    link.arrive({.id = next_id_++, .bytes = bytes, .flow = flow, .can_be_marked = can_be_marked}, now);
    take();
  }
  void pass(Duration time) { pass_until(now + time); }
  void pass_until(TimePoint end) {
    for (auto next = link.next_event(); next && *next <= end; next = link.next_event()) {
      now = *next;
      take();
    }
    now = end;
  }
  void drain() {
    while (const auto next = link.next_event()) pass_until(*next);
  }
  std::vector<uint64_t> ids() const {
    std::vector<uint64_t> all;
    for (const auto& delivery : arrived) all.push_back(delivery.packet.id);
    return all;
  }

  std::vector<uint64_t> ids_of_dropped() const {
    std::vector<uint64_t> all;
    for (const LinkPacket& packet : dropped) all.push_back(packet.id);
    return all;
  }

  TimePoint now{1h};
  std::vector<Wire::Delivery> arrived;
  std::map<DropCause, size_t> drops;
  std::vector<LinkPacket> dropped;
  LinkDirection link;

 private:
  void take() {
    for (const auto& delivery : link.advance(now)) arrived.push_back(delivery);
  }

  uint64_t next_id_ = 0;
};

}  // namespace flowbed::sw
