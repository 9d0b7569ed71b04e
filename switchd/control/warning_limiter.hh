// WarningLimiter: a fault that lasts is said once a minute, not once a packet.
#pragma once

#include <map>
#include <string>

#include "core/base/clock.hh"

namespace flowbed::sw {

class WarningLimiter {
 public:
  static constexpr Duration kPause = std::chrono::minutes(1);
  static constexpr size_t kMaxCauses = 256;  // beyond: silence; nobody reads so many

  bool allows(const std::string& cause, TimePoint now);  // and remembers that it did

 private:
  std::map<std::string, TimePoint> last_;
};

}  // namespace flowbed::sw
