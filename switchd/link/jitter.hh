// Jitter: how much later or earlier than the link's delay a packet arrives.
//
// Neighbouring packets are correlated by a Gaussian copula (an autoregressive process of normal numbers whose
// ranks choose quantiles), so that the distribution is the one that was asked for, whatever the correlation.
#pragma once

#include <optional>

#include "switchd/link/direction_settings.hh"
#include "switchd/link/random_stream.hh"

namespace flowbed::sw {

// Normal numbers (mean 0, deviation 1), each correlated with the one before.
class CorrelatedNormal {
 public:
  double next(double correlation, RandomStream& random);

 private:
  std::optional<double> last_;
};

class Jitter {
 public:
  explicit Jitter(JitterSettings settings) : settings_(std::move(settings)) {}

  Duration next(RandomStream& random);

 private:
  double next_in_spreads(RandomStream& random);

  JitterSettings settings_;
  CorrelatedNormal first_, second_;
};

}  // namespace flowbed::sw
