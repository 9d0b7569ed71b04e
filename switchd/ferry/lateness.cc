#include "switchd/ferry/lateness.hh"

#include <algorithm>
#include <vector>

namespace flowbed::sw {

void Lateness::note(Duration late) { latest_[count_++ % latest_.size()] = std::max(late, Duration::zero()); }

Lateness::Quantiles Lateness::quantiles() const {
  std::vector<Duration> sorted(latest_.begin(), latest_.begin() + std::min(count_, latest_.size()));
  if (sorted.empty()) return {};
  std::ranges::sort(sorted);
  return {sorted[sorted.size() / 2], sorted[sorted.size() * 99 / 100]};
}

}  // namespace flowbed::sw
