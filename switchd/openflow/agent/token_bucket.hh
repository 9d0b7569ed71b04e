// TokenBucket: so many a second, and so many at once.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/clock.hh"

namespace flowbed::sw::ofp {

class TokenBucket {
 public:
  TokenBucket() = default;  // lets everything pass
  TokenBucket(uint32_t per_second, uint32_t burst)
      : per_second_(per_second), burst_(std::max<uint32_t>(burst, 1)), tokens_(burst_) {}

  bool take(TimePoint now) {
    if (per_second_ == 0) return true;
    const double passed = std::max(0.0, to_seconds(now - filled_));
    tokens_ = std::min<double>(burst_, tokens_ + passed * per_second_);
    filled_ = std::max(filled_, now);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  uint32_t per_second_ = 0, burst_ = 1;
  double tokens_ = 1;
  TimePoint filled_{};
};

}  // namespace flowbed::sw::ofp
