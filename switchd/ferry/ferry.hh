// Ferry: takes packets across the links of a network that are slower, longer or worse than a plain veth pair.
//
// Each such link is two veth pairs. The ferry stands between them, in a network namespace of its own, where
// nothing else is: what comes in at one of its ends it sends out at the other, after what LinkDirection says.
// One packet socket serves all links (see RxRing).
//
// Links live in virtual time. A packet has arrived when the kernel says so, not when the ferry looks, and
// what leaves late leaves no later for the packets behind it. So rates are exact however the ferry is
// scheduled; a single packet may be late by what it takes to wake up. To be late by less, the ferry wakes up
// a little early, by as much as wakings took of late, and waits awake for what is near.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>

#include "core/base/event_loop.hh"
#include "switchd/ferry/ferry_direction.hh"
#include "switchd/ferry/link_recording.hh"
#include "switchd/packet_io/rx_ring.hh"

namespace flowbed::sw {

struct FerryLink {
  std::string name;
  IfIndex a, b;
  DirectionSettings a_to_b, b_to_a;
};

class Ferry {
 public:
  explicit Ferry(EventLoop& loop);  // in the calling thread's network namespace; throws SystemError

  // Is told when packets have found no room in the ring: the ferry cannot keep up.
  void on_overload(std::function<void()> handler) { on_overload_ = std::move(handler); }

  // New or changed: what is on its way stays so, as long as the ends are the same.
  void put(const FerryLink& link);
  void remove(const std::string& name);  // throws Error if there is none

  // Writes down what happens on the link from now on, until it is asked to end that or the link goes.
  // Throw Error: there is no such link, it is being recorded, it is not.
  void record(const std::string& name, FileDescriptor file, LinkRecording::Names names,
              LinkRecording::OnFault on_fault);
  uint64_t end_recording(const std::string& name);  // the number of lines

  struct Directions {
    const FerryDirection& a_to_b;
    const FerryDirection& b_to_a;
  };
  Directions find(const std::string& name) const;  // throws Error
  bool is_recorded(const std::string& name) const;
  size_t kept_bytes() const { return frames_.bytes(); }     // of packets that wait or are on their way
  uint64_t lost_packets() { return ring_.lost_packets(); }  // that came, but found no room in the ring

 private:
  struct Way {
    Way(FrameStore& frames, IfIndex from_, IfIndex to, const DirectionSettings& settings, TimePoint now)
        : from(from_), direction(frames, to, settings, now) {}

    IfIndex from;
    FerryDirection direction;
    std::optional<TimePoint> due;  // as entered in due_
  };
  struct Link {
    std::unique_ptr<LinkRecording> recording = {};  // outlives what reports to it
    std::unique_ptr<Way> a_to_b = {}, b_to_a = {};
  };
  struct Earlier {
    bool operator()(const Way* x, const Way* y) const {
      return std::pair(*x->due, x) < std::pair(*y->due, y);
    }
  };

  Link& link_named(const std::string& name);
  static void attach_recording(Link& link);
  void put_way(std::unique_ptr<Way>& way, IfIndex from, IfIndex to, const DirectionSettings& settings);
  void forget(const std::unique_ptr<Way>& way);
  void work();
  void receive();
  void deliver();
  void look_for_losses(TimePoint now);
  void write_recordings();
  void enter_due(Way& way);
  bool something_is_near(TimePoint now) const;
  void wait_for_next();
  void learn_head_start(Duration waking);

  EventLoop& loop_;
  RxRing ring_;
  FrameStore frames_;
  FerryOutput output_;
  std::map<std::string, Link> links_;
  std::unordered_map<uint32_t, Way*> ways_;  // by the ifindex at which its packets come in
  std::set<Way*, Earlier> due_;
  TimePoint last_arrival_{}, next_look_{};
  Duration head_start_ = std::chrono::microseconds(50);  // before what is due
  uint64_t lost_ = 0;                                    // at the last look
  std::function<void()> on_overload_ = [] {};
  EventLoop::Registration watch_, timer_, recording_timer_;
};

}  // namespace flowbed::sw
