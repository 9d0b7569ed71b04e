#include "switchd/link/rate_server.hh"

#include <algorithm>

namespace flowbed::sw {
namespace {
constexpr uint64_t kBitsOfByte = 8, kNanosecondsOfSecond = 1'000'000'000;
using Milliseconds = std::chrono::milliseconds;
}  // namespace

RateServer::RateServer(const RateSettings& settings, TimePoint begin) : settings_(settings) {
  uint64_t ignored = 0;
  busy_until_ = begin + duration_of(settings_.burst, ignored);
}

Duration RateServer::duration_of(uint64_t bytes, uint64_t& remainder) const {
  const auto parts = static_cast<unsigned __int128>(bytes) * kBitsOfByte * kNanosecondsOfSecond + remainder;
  remainder = static_cast<uint64_t>(parts % settings_.bits_per_second);
  return Duration(static_cast<int64_t>(parts / settings_.bits_per_second));
}

// The generic cell rate algorithm: a packet is early by the burst at most.
TimePoint RateServer::serve(uint64_t bytes, TimePoint now) {
  if (busy_until_ < now) {
    busy_until_ = now;
    remainder_ = 0;
  }
  busy_until_ += duration_of(bytes + settings_.overhead, remainder_);
  uint64_t ignored = 0;
  return std::max(now, busy_until_ - duration_of(settings_.burst, ignored));
}

TraceServer::TraceServer(std::shared_ptr<const DeliveryTrace> trace, TimePoint begin)
    : trace_(std::move(trace)), begin_(begin) {}

TimePoint TraceServer::time() const { return begin_ + Milliseconds((*trace_)[opportunity_]); }

void TraceServer::next() {
  left_ = kOpportunityBytes;
  if (++opportunity_ < trace_->size()) return;
  begin_ += Milliseconds(trace_->back());
  opportunity_ = 0;
}

void TraceServer::skip_to(TimePoint now) {
  if (time() >= now) return;
  const Duration period = Milliseconds(trace_->back());
  begin_ += (now - begin_) / period * period;
  const auto first =
      std::ranges::lower_bound(*trace_, now, {}, [&](uint64_t at) { return begin_ + Milliseconds(at); });
  opportunity_ = static_cast<size_t>(first - trace_->begin());
  left_ = kOpportunityBytes;
}

TimePoint TraceServer::serve(uint64_t bytes, TimePoint now) {
  skip_to(now);
  while (bytes > left_) {
    bytes -= left_;
    next();
  }
  left_ -= bytes;
  const TimePoint served = time();
  if (left_ == 0) next();
  return served;
}

}  // namespace flowbed::sw
