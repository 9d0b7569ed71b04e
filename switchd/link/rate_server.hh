// Servers: when a packet that may begin to leave has left, at a rate or by a trace.
#pragma once

#include <memory>

#include "switchd/link/direction_settings.hh"

namespace flowbed::sw {

// Exact: what a nanosecond cannot express is kept for the next packet.
class RateServer {
 public:
  // There has been no pause before `begin`, so no burst is saved.
  explicit RateServer(const RateSettings& settings, TimePoint begin = {});

  TimePoint serve(uint64_t bytes, TimePoint now);

 private:
  Duration duration_of(uint64_t bytes, uint64_t& remainder) const;

  RateSettings settings_;
  TimePoint busy_until_{};  // had nothing left early
  uint64_t remainder_ = 0;  // of a nanosecond, in parts of 1/rate
};

// An opportunity serves what waits: what it has left when nothing does is gone.
class TraceServer {
 public:
  static constexpr uint64_t kOpportunityBytes = 1500;

  // The trace begins now. It must have a period.
  TraceServer(std::shared_ptr<const DeliveryTrace> trace, TimePoint begin);

  TimePoint serve(uint64_t bytes, TimePoint now);

 private:
  TimePoint time() const;  // of the opportunity
  void skip_to(TimePoint now);
  void next();

  std::shared_ptr<const DeliveryTrace> trace_;
  TimePoint begin_;  // of this period
  size_t opportunity_ = 0;
  uint64_t left_ = kOpportunityBytes;
};

}  // namespace flowbed::sw
