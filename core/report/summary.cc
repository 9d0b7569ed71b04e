#include "core/report/summary.hh"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/units.hh"

namespace flowbed::report {
namespace {

DirectionSummary::Delay delays(const std::vector<Delivery>& delivered) {
  if (delivered.empty()) return {};
  std::vector<double> ms;
  for (const Delivery& delivery : delivered) ms.push_back(delivery.delay * 1000);
  std::ranges::sort(ms);
  const auto quantile = [&](double share) {
    return ms[static_cast<size_t>(share * static_cast<double>(ms.size() - 1))];
  };
  return {ms.front(), quantile(0.5), quantile(0.95), quantile(0.99), ms.back()};
}

std::string drops_text(const std::map<std::string, uint64_t>& dropped) {
  std::string text;
  for (const auto& [cause, count] : dropped)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", cause, count);
  return text.empty() ? "none" : text;
}

std::string capacity_text(const DirectionSummary& direction) {
  if (!std::isfinite(direction.capacity)) return "";
  const double used = direction.capacity == 0 ? 0 : 100 * direction.throughput / direction.capacity;
  return fmt::format(" of {} ({:.1f} %)", format_throughput(direction.capacity), used);
}

}  // namespace

Summary summarize(const Recording& recording) {
  Summary summary{.seconds = recording.end - recording.begin};
  for (const Direction& direction : recording.directions) {
    DirectionSummary& of = summary.directions.emplace_back();
    of.from = direction.from;
    of.arrived = direction.arrived;
    of.delivered = direction.delivered.size();
    for (const auto& [cause, times] : direction.drops) of.dropped[cause] = times.size();
    of.delay = delays(direction.delivered);
    if (summary.seconds <= 0) continue;
    double bits = 0;
    for (const Delivery& delivery : direction.delivered) bits += 8.0 * delivery.bytes;
    of.throughput = bits / summary.seconds;
    of.capacity = capacity_bits(direction.capacities, recording.begin, recording.end) / summary.seconds;
  }
  return summary;
}

std::string to_text(const Summary& summary) {
  std::string text = fmt::format("{:.3f} s from the first packet to the last\n", summary.seconds);
  for (const DirectionSummary& direction : summary.directions) {
    text += fmt::format("from {}\n", direction.from) +
            fmt::format("  packets: {} arrived, {} delivered; dropped: {}\n", direction.arrived,
                        direction.delivered, drops_text(direction.dropped)) +
            fmt::format("  throughput: {}{}\n", format_throughput(direction.throughput),
                        capacity_text(direction));
    if (direction.delivered == 0) continue;
    const auto& delay = direction.delay;
    text += fmt::format(
        "  delay: {:.3f} ms at least, {:.3f} median, {:.3f} for 95 %, {:.3f} for 99 %, {:.3f} at most\n",
        delay.min, delay.median, delay.p95, delay.p99, delay.max);
  }
  return text;
}

}  // namespace flowbed::report
