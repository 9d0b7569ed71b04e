#include "switchd/link/jitter.hh"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace flowbed::sw {
namespace {

// Pareto's distribution with exponent 3 from 1 on, its far tail drawn in to kFarthest, then shifted and
// scaled to mean 0 and deviation 1. So it reaches from -0.68 to 9.
constexpr double kFarthest = 8;

double pareto(double rank) {
  constexpr double kMean = 1.5 - 0.5 / (kFarthest * kFarthest);
  constexpr double kMeanSquare = 3 - 2 / kFarthest;
  static const double deviation = std::sqrt(kMeanSquare - kMean * kMean);
  return (std::min(std::cbrt(1 / (1 - rank)), kFarthest) - kMean) / deviation;
}

// The sum of two independent ones, of which Pareto's weighs three times as much; deviation 1.
double pareto_normal(double pareto, double normal) {
  return (0.75 * pareto + 0.25 * normal) / std::sqrt(0.625);
}

double rank_of(double normal) { return 0.5 * std::erfc(-normal / std::numbers::sqrt2); }

double interpolate(const std::vector<double>& table, double rank) {
  const double place = rank * static_cast<double>(table.size() - 1);
  const auto below = std::min(static_cast<size_t>(place), table.size() - 2);
  return std::lerp(table[below], table[below + 1], place - static_cast<double>(below));
}

}  // namespace

double Jitter::next_in_spreads(RandomStream& random) {
  const double normal = first_.next(settings_.correlation, random);
  switch (settings_.shape) {
    case JitterShape::kUniform:
      return 2 * rank_of(normal) - 1;
    case JitterShape::kNormal:
      return normal;
    case JitterShape::kPareto:
      return pareto(rank_of(normal));
    case JitterShape::kParetoNormal:
      return pareto_normal(pareto(rank_of(normal)), second_.next(settings_.correlation, random));
    case JitterShape::kTable:
      return interpolate(settings_.table, rank_of(normal));
  }
  return 0;
}

double CorrelatedNormal::next(double correlation, RandomStream& random) {
  const double pull = last_ ? correlation : 0;
  last_ = pull * last_.value_or(0) + std::sqrt(1 - pull * pull) * random.normal();
  return *last_;
}

Duration Jitter::next(RandomStream& random) {
  return Duration(std::llround(static_cast<double>(settings_.spread.count()) * next_in_spreads(random)));
}

}  // namespace flowbed::sw
