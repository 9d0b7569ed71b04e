#include "switchd/ferry/ferry.hh"

#include <algorithm>

#include <sys/epoll.h>

#include "core/base/error.hh"

namespace flowbed::sw {
namespace {

using namespace std::chrono_literals;

constexpr size_t kBurst = 64;
constexpr int kMaxTurns = 64;  // before the loop looks at its other descriptors
// A sleeping processor takes so long to wake up: longer on some machines, and the deeper it sleeps.
constexpr Duration kShortestHead = 50us, kLongestHead = 500us;
constexpr int kHeadMemory = 64;            // wakings after which about half of a long one is forgotten
constexpr Duration kWritePause = 500ms;    // between writes to recordings
constexpr Duration kLookPause = 1s;        // between looks for losses
constexpr Duration kLongestInRing = 50ms;  // of any packet that the kernel's clock can be right about

// What to add to the kernel's clock of packets to get ours.
Duration clock_difference() {
  const TimePoint before = monotonic_now();
  return before.time_since_epoch() - std::chrono::system_clock::now().time_since_epoch();
}

}  // namespace

Ferry::Ferry(EventLoop& loop) : loop_(loop), output_(frames_, ring_.fd()) {
  ring_.start();
  watch_ = loop_.watch(ring_.fd(), EPOLLIN, [this](uint32_t) { work(); });
}

void Ferry::put(const FerryLink& link) {
  Link& there = links_[link.name];
  put_way(there.a_to_b, link.a, link.b, link.a_to_b);
  put_way(there.b_to_a, link.b, link.a, link.b_to_a);
  attach_recording(there);
  work();
}

void Ferry::put_way(std::unique_ptr<Way>& way, IfIndex from, IfIndex to, const DirectionSettings& settings) {
  const TimePoint now = monotonic_now();
  if (way && way->from == from) {
    way->direction.change(settings, now);
    way->direction.lead_to(to);
    enter_due(*way);
    return;
  }
  forget(way);
  way = std::make_unique<Way>(frames_, from, to, settings, now);
  ways_[to_number(from)] = way.get();
}

void Ferry::forget(const std::unique_ptr<Way>& way) {
  if (!way) return;
  if (way->due) due_.erase(way.get());
  std::erase_if(ways_, [&](const auto& entry) { return entry.second == way.get(); });
}

Ferry::Link& Ferry::link_named(const std::string& name) {
  const auto link = links_.find(name);
  if (link == links_.end()) throw Error("the ferry has no link " + name);
  return link->second;
}

void Ferry::remove(const std::string& name) {
  const Link& link = link_named(name);
  forget(link.a_to_b);
  forget(link.b_to_a);
  links_.erase(name);
}

// To the directions as they are now: a link that was put again may have others.
void Ferry::attach_recording(Link& link) {
  if (link.recording == nullptr) return;
  link.a_to_b->direction.report_to(&link.recording->a_to_b());
  link.b_to_a->direction.report_to(&link.recording->b_to_a());
  link.recording->note_capacities(link.a_to_b->direction.link(), link.b_to_a->direction.link(),
                                  monotonic_now());
}

void Ferry::record(const std::string& name, FileDescriptor file, LinkRecording::Names names,
                   LinkRecording::OnFault on_fault) {
  Link& link = link_named(name);
  if (link.recording != nullptr) throw Error("it is being recorded");
  link.recording = std::make_unique<LinkRecording>(std::move(file), std::move(names), monotonic_now(),
                                                   std::move(on_fault));
  attach_recording(link);
  write_recordings();
}

// Whoever looks at the file meanwhile sees all but the last moment.
void Ferry::write_recordings() {
  bool any = false;
  for (const auto& [name, link] : links_) {
    if (link.recording == nullptr) continue;
    link.recording->write_out();
    any = true;
  }
  if (any) recording_timer_ = loop_.after(kWritePause, [this] { write_recordings(); });
}

uint64_t Ferry::end_recording(const std::string& name) {
  Link& link = link_named(name);
  if (link.recording == nullptr) throw Error("it is not being recorded");
  link.a_to_b->direction.report_to(nullptr);
  link.b_to_a->direction.report_to(nullptr);
  return std::exchange(link.recording, nullptr)->finish();
}

bool Ferry::is_recorded(const std::string& name) const { return links_.at(name).recording != nullptr; }

Ferry::Directions Ferry::find(const std::string& name) const {
  const auto link = links_.find(name);
  if (link == links_.end()) throw Error("the ferry has no link " + name);
  return {link->second.a_to_b->direction, link->second.b_to_a->direction};
}

void Ferry::work() {
  for (int turn = 0; turn < kMaxTurns; turn++) {
    receive();
    deliver();
    if (!ring_.has_frame() && !something_is_near(monotonic_now())) break;
  }
  wait_for_next();
}

void Ferry::receive() {
  ReceivedPacket burst[kBurst];
  const size_t count = ring_.take(burst);
  if (count == 0) return ring_.release();  // there may have been some that were cut off
  const TimePoint now = monotonic_now();
  const Duration to_our_clock = clock_difference();
  for (const ReceivedPacket& received : std::span(burst, count)) {
    // The clock of packets may be set at any time, and then says nothing.
    const TimePoint came(received.came + to_our_clock);
    last_arrival_ = std::clamp(came, std::min(std::max(last_arrival_, now - kLongestInRing), now), now);
    const auto way = ways_.find(to_number(received.from));
    if (way == ways_.end()) continue;
    way->second->direction.receive(received.packet, last_arrival_);
    enter_due(*way->second);
  }
  ring_.release();
  if (now >= next_look_) look_for_losses(now);
}

void Ferry::look_for_losses(TimePoint now) {
  next_look_ = now + kLookPause;
  const uint64_t lost_before = std::exchange(lost_, lost_packets());
  if (lost_ > lost_before) on_overload_();
}

void Ferry::deliver() {
  // What has come, but has not been taken yet, came after the last one that was.
  const TimePoint until = ring_.has_frame() ? last_arrival_ : monotonic_now();
  while (!due_.empty() && *(*due_.begin())->due <= until) {
    Way& way = **due_.begin();
    way.direction.advance(until, output_);
    enter_due(way);
  }
  output_.flush();
}

void Ferry::enter_due(Way& way) {
  if (way.due) due_.erase(&way);
  way.due = way.direction.next_event();
  if (way.due) due_.insert(&way);
}

bool Ferry::something_is_near(TimePoint now) const {
  return !due_.empty() && *(*due_.begin())->due - now < head_start_;
}

void Ferry::wait_for_next() {
  timer_.cancel();
  if (due_.empty()) return;
  const TimePoint wake = *(*due_.begin())->due - head_start_;
  const bool sleeps = wake > monotonic_now();
  timer_ = loop_.at(wake, [this, wake, sleeps] {
    if (sleeps) learn_head_start(monotonic_now() - wake);
    work();
  });
}

// The longest waking of late, and a quarter more: what is waited for awake is in time.
void Ferry::learn_head_start(Duration waking) {
  const Duration forgotten = head_start_ - head_start_ / kHeadMemory;
  head_start_ = std::clamp(std::max(waking + waking / 4, forgotten), kShortestHead, kLongestHead);
}

}  // namespace flowbed::sw
