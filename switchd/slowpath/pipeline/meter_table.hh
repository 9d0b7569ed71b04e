// Meters of one bridge: token buckets that drop packets, or mark them, above a rate.
#pragma once

#include <map>
#include <memory>

#include "switchd/datapath/datapath.hh"
#include "switchd/slowpath/pipeline/requests.hh"
#include "switchd/slowpath/pipeline/rule.hh"

namespace flowbed::sw {

struct Meter {
  struct Band {
    MeterBand config;
    double tokens = 0;  // packets, or bits
    FlowCounter counter;
  };

  MeterConfig config;
  uint32_t datapath_id = 0;  // in one switchd: what actions name it by
  std::vector<Band> bands;
  FlowCounter counter;
  TimePoint created{}, refilled{};

  // What becomes of a packet: the band with the highest rate that is exceeded says.
  MeterVerdict run(const WireSize& size, TimePoint now);
};

class MeterTable {
 public:
  static constexpr size_t kMaxMeters = 65536, kMaxBands = 16;

  // Throws OfFault, and then nothing has changed.
  void apply(const MeterMod& mod, TimePoint now);
  Meter* find(uint32_t id) const;
  const std::map<uint32_t, std::unique_ptr<Meter>>& meters() const { return meters_; }

 private:
  void check_presence(const MeterMod& mod) const;

  std::map<uint32_t, std::unique_ptr<Meter>> meters_;
};

}  // namespace flowbed::sw
