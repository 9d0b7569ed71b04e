#include "switchd/control/warning_limiter.hh"

namespace flowbed::sw {

bool WarningLimiter::allows(const std::string& cause, TimePoint now) {
  std::erase_if(last_, [&](const auto& entry) { return now - entry.second >= kPause; });
  return last_.size() < kMaxCauses && last_.emplace(cause, now).second;
}

}  // namespace flowbed::sw
