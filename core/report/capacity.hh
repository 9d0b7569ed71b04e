// Capacity: how much a link could have carried, from some time on.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

namespace flowbed::report {

struct Unlimited {};
struct FixedRate {
  double bits_per_second = 0;
};
// A delivery trace, as the number of opportunities in each step of its period.
struct TraceRate {
  double begin = 0;               // s
  double period = 0;              // s
  double step = 0;                // s; the last one may be shorter
  std::vector<double> bits = {};  // in each step
};

struct Capacity {
  double since = 0;  // s
  std::variant<Unlimited, FixedRate, TraceRate> rate = Unlimited{};
};

// What could pass between two times (s); infinite where nothing limits it. `capacities` are in their order.
double capacity_bits(const std::vector<Capacity>& capacities, double from, double to);

}  // namespace flowbed::report
