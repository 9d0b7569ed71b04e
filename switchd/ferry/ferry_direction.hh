// FerryDirection: real packets on one direction of a link.
//
// A super-packet stays whole where nothing is decided about packets: on a link that only delays. Otherwise
// each of its segments crosses the link by itself.
#pragma once

#include "switchd/ferry/ferry_output.hh"
#include "switchd/ferry/frame_store.hh"
#include "switchd/ferry/lateness.hh"
#include "switchd/ferry/packet_facts.hh"
#include "switchd/link/link_direction.hh"
#include "switchd/link/rate_meter.hh"

namespace flowbed::sw {

// Besides what the link itself counts.
struct FerryCounters {
  Counters sent;           // by the interface at the end
  uint64_t no_room = 0;    // packets that the ferry had no memory for
  uint64_t malformed = 0;  // super-packets that no sender makes
};

class FerryDirection {
 public:
  FerryDirection(FrameStore& frames, IfIndex to, const DirectionSettings& settings, TimePoint now);

  ~FerryDirection();
  FerryDirection(const FerryDirection&) = delete;
  FerryDirection& operator=(const FerryDirection&) = delete;

  void change(const DirectionSettings& settings, TimePoint now);
  void lead_to(IfIndex to) { to_ = to; }
  void report_to(LinkObserver* observer) { link_.report_to(observer); }
  void receive(Packet packet, TimePoint at);
  std::optional<TimePoint> next_event() const { return link_.next_event(); }
  void advance(TimePoint now, FerryOutput& output);

  const LinkDirection& link() const { return link_; }
  const FerryCounters& counters() const { return counters_; }
  RateMeter::Rate rate(TimePoint now) const { return meter_.rate(now); }
  const Lateness& lateness() const { return lateness_; }

 private:
  void arrive(FramePart part, uint64_t bytes, uint32_t packets, const PacketFacts& facts, TimePoint at);

  FrameStore& frames_;
  IfIndex to_;
  bool cuts_;  // super-packets
  FerryCounters counters_;
  RateMeter meter_;
  Lateness lateness_;
  LinkDirection link_;
};

}  // namespace flowbed::sw
