#include "switchd/ferry/link_recording.hh"

#include <cerrno>
#include <iterator>

#include <fmt/format.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/overloaded.hh"

namespace flowbed::sw {
namespace {

constexpr size_t kPiece = size_t{256} << 10;  // bytes, that are written at once
constexpr uint64_t kTraceStep = 100;          // ms

std::string seconds_text(Duration time) {
  const int64_t ns = std::chrono::nanoseconds(time).count();
  const uint64_t size = ns < 0 ? 0 - static_cast<uint64_t>(ns) : static_cast<uint64_t>(ns);
  return fmt::format("{}{}.{:09}", ns < 0 ? "-" : "", size / 1'000'000'000, size % 1'000'000'000);
}

const char* name_of(DropCause cause) {
  switch (cause) {
    case DropCause::kQueueFull:
      return "queue_full";
    case DropCause::kEarly:
      return "early";
    case DropCause::kLoss:
      return "loss";
  }
  return "";
}

// Of the trace's opportunities, so many in each step of its period.
std::string steps_of(const DeliveryTrace& trace) {
  std::vector<uint64_t> counts((trace.back() + kTraceStep - 1) / kTraceStep);
  for (const uint64_t ms : trace) counts[std::min<uint64_t>(ms / kTraceStep, counts.size() - 1)]++;
  return fmt::format("{} {} {}", trace.back(), kTraceStep, fmt::join(counts, " "));
}

}  // namespace

LinkRecording::LinkRecording(FileDescriptor file, Names names, TimePoint begin, OnFault on_fault)
    : file_(std::move(file)),
      begin_(begin),
      on_fault_(std::move(on_fault)),
      a_to_b_(*this, std::move(names.a)),
      b_to_a_(*this, std::move(names.b)) {
  add("# Flowbed link recording 1\n");
  add("time,from,event,packet,bytes,waiting,delay\n");
  lines_ = 0;
  write_out();
}

LinkRecording::~LinkRecording() {
  on_fault_ = [](const std::string&) {};
  write_out();
}

uint64_t LinkRecording::finish() {
  write_out();
  return lines_;
}

template <class... Args>
void LinkRecording::add(const char* form, const Args&... args) {
  if (!file_) return;
  fmt::format_to(std::back_inserter(waiting_), fmt::runtime(form), args...);
  lines_++;
  if (waiting_.size() >= kPiece) write_out();
}

std::string LinkRecording::seconds(TimePoint time) const { return seconds_text(time - begin_); }

void LinkRecording::write_out() {
  for (size_t written = 0; file_ && written < waiting_.size();) {
    const ssize_t n = write(file_.get(), waiting_.data() + written, waiting_.size() - written);
    if (n >= 0) {
      written += static_cast<size_t>(n);
    } else if (errno != EINTR) {
      const int fault = errno;
      file_.close();
      on_fault_(SystemError("write", fault).what());
    }
  }
  waiting_.clear();
}

void LinkRecording::note_capacities(const LinkDirection& a_to_b, const LinkDirection& b_to_a, TimePoint now) {
  a_to_b_.note_capacity(a_to_b, now);
  b_to_a_.note_capacity(b_to_a, now);
}

void LinkRecording::Direction::arrived(const LinkPacket& packet, uint64_t bytes_waiting, TimePoint at) {
  recording_.add("{},{},arrive,{},{},{},\n", recording_.seconds(at), from_, packet.number, packet.bytes,
                 bytes_waiting);
}

void LinkRecording::Direction::dropped(const LinkPacket& packet, DropCause cause, TimePoint at) {
  recording_.add("{},{},{},{},{},,{}\n", recording_.seconds(at), from_, name_of(cause), packet.number,
                 packet.bytes, seconds_text(at - packet.arrived));
}

void LinkRecording::Direction::delivered(const Wire::Delivery& delivery) {
  const auto& [packet, at, is_double] = delivery;
  recording_.add("{},{},{},{},{},,{}\n", recording_.seconds(at), from_, is_double ? "double" : "deliver",
                 packet.number, packet.bytes, seconds_text(at - packet.arrived));
}

void LinkRecording::Direction::note_capacity(const LinkDirection& direction, TimePoint now) {
  const std::string capacity = std::visit(
      Overloaded{[](std::monostate) { return std::string("unlimited"); },
                 [](const RateSettings& rate) { return fmt::format("rate {}", rate.bits_per_second); },
                 [&](const std::shared_ptr<const DeliveryTrace>& trace) {
                   return fmt::format("trace {} {}", recording_.seconds(direction.capacity_since()),
                                      steps_of(*trace));
                 }},
      direction.capacity());
  recording_.add("# {} {} {}\n", recording_.seconds(now), from_, capacity);
}

}  // namespace flowbed::sw
