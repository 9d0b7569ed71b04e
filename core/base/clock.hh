// Time as the layers see it: a signed count of nanoseconds on the monotonic clock. Pure logic takes `now` as
// an argument; only the outermost shells call `monotonic_now`.
#pragma once

#include <chrono>

namespace flowbed {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

inline TimePoint monotonic_now() { return std::chrono::steady_clock::now(); }
inline double to_seconds(Duration d) { return std::chrono::duration<double>(d).count(); }
inline double to_milliseconds(Duration d) { return to_seconds(d) * 1e3; }

}  // namespace flowbed
