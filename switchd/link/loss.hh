// LossModel: which packets are lost on the way.
#pragma once

#include "switchd/link/direction_settings.hh"
#include "switchd/link/random_stream.hh"

namespace flowbed::sw {

class LossModel {
 public:
  explicit LossModel(const LossSettings& settings);

  bool loses_next(RandomStream& random);

 private:
  LossSettings settings_;
  CorrelatedChoice choice_;
  bool is_bad_ = false;  // GilbertElliott
  size_t next_ = 0;      // of LossPattern
};

}  // namespace flowbed::sw
