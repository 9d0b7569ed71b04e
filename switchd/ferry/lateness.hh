// Lateness: by how much the latest packets left after their time, as the ferry measures it itself.
#pragma once

#include <array>

#include "core/base/clock.hh"

namespace flowbed::sw {

class Lateness {
 public:
  void note(Duration late);
  struct Quantiles {
    Duration median, ninety_ninth;  // of every hundred, one is later
  };
  Quantiles quantiles() const;  // zero while nothing has left

 private:
  std::array<Duration, 1000> latest_{};
  size_t count_ = 0;  // all that were noted
};

}  // namespace flowbed::sw
