// ProgressBar: how far the building of a network is, on a terminal, once it takes longer than a second.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/clock.hh"

namespace flowbed {

class ProgressBar {
 public:
  using Sink = std::function<void(std::string_view)>;

  ProgressBar(TimePoint start, size_t width, Sink sink)
      : start_(start), width_(width), sink_(std::move(sink)) {}
  ~ProgressBar();  // takes the bar away
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void update(TimePoint now, int64_t done, int64_t total);

 private:
  TimePoint start_;
  size_t width_;  // of the terminal
  Sink sink_;
  std::string shown_;
};

}  // namespace flowbed
