#include "core/report/capacity.hh"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/overloaded.hh"

namespace flowbed::report {
namespace {

// Of the trace from its beginning until `time` after that.
double bits_until(const TraceRate& trace, double time) {
  double per_period = 0;
  for (const double bits : trace.bits) per_period += bits;
  const double periods = std::floor(time / trace.period);
  double left = time - periods * trace.period, bits = periods * per_period;
  for (size_t i = 0; i < trace.bits.size() && left > 0; i++) {
    const double length = std::min(trace.step, trace.period - static_cast<double>(i) * trace.step);
    bits += trace.bits[i] * std::min(1.0, left / length);
    left -= length;
  }
  return bits;
}

double bits_between(const Capacity& capacity, double from, double to) {
  if (to <= from) return 0;
  return std::visit(Overloaded{[](Unlimited) { return std::numeric_limits<double>::infinity(); },
                               [&](FixedRate rate) { return rate.bits_per_second * (to - from); },
                               [&](const TraceRate& trace) {
                                 return bits_until(trace, to - trace.begin) -
                                        bits_until(trace, from - trace.begin);
                               }},
                    capacity.rate);
}

}  // namespace

double capacity_bits(const std::vector<Capacity>& capacities, double from, double to) {
  double bits = 0;
  for (size_t i = 0; i < capacities.size(); i++) {
    const double end = i + 1 < capacities.size() ? capacities[i + 1].since : to;
    bits += bits_between(capacities[i], std::max(from, capacities[i].since), std::min(to, end));
  }
  return bits;
}

}  // namespace flowbed::report
