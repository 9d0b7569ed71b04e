#include "switchd/slowpath/pipeline/meter_table.hh"

#include <algorithm>

#include "switchd/slowpath/pipeline/of_fault.hh"

namespace flowbed::sw {
namespace {

std::string name_of(uint32_t id) { return "meter " + std::to_string(id); }

// As long as a band's burst would last at its rate, where none is given.
constexpr double kDefaultBurstSeconds = 0.1;
constexpr double kLeastBurstBits = 2 * 1538 * 8;  // else not even one packet of full size would pass

// Tokens are bits or packets.
struct Rate {
  double per_second, burst;
};

Rate rate_of(const MeterConfig& config, const MeterBand& band) {
  const bool packets = config.flags & MeterConfig::kPktps;
  const double unit = packets ? 1 : 1000;
  const double per_second = band.rate * unit;
  if ((config.flags & MeterConfig::kBurst) && band.burst > 0) return {per_second, band.burst * unit};
  return {per_second, std::max(per_second * kDefaultBurstSeconds, packets ? 1 : kLeastBurstBits)};
}

double cost_of(const MeterConfig& config, const WireSize& size) {
  return config.flags & MeterConfig::kPktps ? size.packets : 8 * static_cast<double>(size.bytes);
}

void check_config(const MeterConfig& meter) {
  if (meter.id == 0 || meter.id > kMeterMax)
    throw OfFault(OfFaultKind::kInvalidMeter, name_of(meter.id) + ": numbers go from 1 to 0xffff0000");
  const uint16_t units = meter.flags & (MeterConfig::kKbps | MeterConfig::kPktps);
  if (units == (MeterConfig::kKbps | MeterConfig::kPktps))
    throw OfFault(OfFaultKind::kBadMeterFlags, name_of(meter.id) + " is both kbps and pktps");
  if (meter.bands.size() > MeterTable::kMaxBands)
    throw OfFault(OfFaultKind::kOutOfBands, name_of(meter.id) + " has more than 16 bands");
  for (const MeterBand& band : meter.bands) {
    if (band.rate == 0) throw OfFault(OfFaultKind::kBadRate, name_of(meter.id) + ": a band's rate is 0");
    if (band.type != MeterBand::Type::kDrop && band.type != MeterBand::Type::kDscpRemark)
      throw OfFault(OfFaultKind::kBadBand, name_of(meter.id) + ": bands are of type drop or dscp_remark");
  }
}

}  // namespace

MeterVerdict Meter::run(const WireSize& size, TimePoint now) {
  counter.add(size.packets, size.bytes, now);
  const double passed = std::max(0.0, to_seconds(now - refilled));
  refilled = std::max(refilled, now);
  const double cost = cost_of(config, size);
  Band* exceeded = nullptr;
  for (Band& band : bands) {
    const Rate rate = rate_of(config, band.config);
    band.tokens = std::min(rate.burst, band.tokens + passed * rate.per_second);
    if (band.tokens >= cost) {
      band.tokens -= cost;
    } else if (!exceeded || band.config.rate > exceeded->config.rate) {
      exceeded = &band;
    }
  }
  if (!exceeded) return {.pass = true, .raise_drop_precedence = 0};
  exceeded->counter.add(size.packets, size.bytes, now);
  if (exceeded->config.type == MeterBand::Type::kDrop) return {.pass = false, .raise_drop_precedence = 0};
  return {.pass = true, .raise_drop_precedence = exceeded->config.precedence};
}

Meter* MeterTable::find(uint32_t id) const {
  const auto meter = meters_.find(id);
  return meter == meters_.end() ? nullptr : meter->second.get();
}

void MeterTable::check_presence(const MeterMod& mod) const {
  const bool exists = meters_.contains(mod.meter.id);
  if (mod.command == MeterMod::Command::kAdd && exists)
    throw OfFault(OfFaultKind::kMeterExists, name_of(mod.meter.id) + " is there already; modify it");
  if (mod.command == MeterMod::Command::kModify && !exists)
    throw OfFault(OfFaultKind::kUnknownMeter, "there is no " + name_of(mod.meter.id) + "; add it");
  if (!exists && meters_.size() >= kMaxMeters)
    throw OfFault(OfFaultKind::kOutOfMeters, name_of(mod.meter.id) +
                                                 " would be one too many: a switch has at most " +
                                                 std::to_string(kMaxMeters) + " meters; delete one first");
}

void MeterTable::apply(const MeterMod& mod, TimePoint now) {
  using enum MeterMod::Command;
  if (mod.command == kDelete) {
    if (mod.meter.id == kMeterAll) return meters_.clear();
    meters_.erase(mod.meter.id);
    return;
  }
  check_config(mod.meter);
  check_presence(mod);
  auto& place = meters_[mod.meter.id];
  if (!place) {
    place = std::make_unique<Meter>();
    place->created = now;
  }
  place->config = mod.meter;
  place->refilled = now;
  place->bands.clear();
  for (const MeterBand& band : mod.meter.bands)
    place->bands.push_back({.config = band, .tokens = rate_of(mod.meter, band).burst, .counter = {}});
}

}  // namespace flowbed::sw
