#include "core/cli/progress_bar.hh"

#include <algorithm>

namespace flowbed {
namespace {
constexpr Duration kPatience = std::chrono::seconds(1);
}

ProgressBar::~ProgressBar() {
  if (!shown_.empty()) sink_("\r\x1b[K");
}

void ProgressBar::update(TimePoint now, int64_t done, int64_t total) {
  if (now - start_ < kPatience || total <= 0) return;
  const std::string count = " " + std::to_string(done) + "/" + std::to_string(total);
  if (width_ < count.size() + 8) return;
  const size_t cells = std::min<size_t>(50, width_ - count.size() - 3);
  const size_t full =
      std::min(cells, static_cast<size_t>(static_cast<double>(cells) * static_cast<double>(done) /
                                          static_cast<double>(total)));
  const std::string bar = "\r[" + std::string(full, '#') + std::string(cells - full, ' ') + "]" + count;
  if (bar == shown_) return;
  shown_ = bar;
  sink_(bar);
}

}  // namespace flowbed
