#include "core/base/units.hh"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <span>

namespace flowbed {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr Unit kTimeUnits[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}};
constexpr Unit kRateUnits[] = {{"Gbit", 1e9}, {"Mbit", 1e6}, {"kbit", 1e3}, {"bit", 1}};

struct Quantity {
  double value;
  std::string_view unit;
};

std::optional<Quantity> split(std::string_view text) {
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || !std::isfinite(value)) return std::nullopt;
  return Quantity{value, text.substr(static_cast<size_t>(end - text.data()))};
}

std::optional<double> parse_with(std::span<const Unit> units, std::string_view text) {
  const auto quantity = split(text);
  if (!quantity || quantity->value < 0) return std::nullopt;
  if (quantity->unit.empty()) return quantity->value == 0 ? std::optional(0.0) : std::nullopt;
  for (const Unit& unit : units) {
    if (unit.name != quantity->unit) continue;
    const double result = quantity->value * unit.factor;
    return result < 9e18 ? std::optional(std::round(result)) : std::nullopt;
  }
  return std::nullopt;
}

std::string shortest(double value) {
  char text[32];
  const auto [end, fault] = std::to_chars(text, text + sizeof text, value);
  return std::string(text, fault == std::errc() ? end : text);
}

// The largest unit in which the count is at least one.
std::string format_with(std::span<const Unit> units, uint64_t count) {
  if (count == 0) return "0" + std::string(units.back().name);
  for (const Unit& unit : units) {
    if (static_cast<double>(count) < unit.factor) continue;
    const std::string text = shortest(static_cast<double>(count) / unit.factor) + std::string(unit.name);
    if (text.find('e') == std::string::npos && parse_with(units, text) == static_cast<double>(count))
      return text;
  }
  return std::to_string(count) + std::string(units.back().name);
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  const auto nanoseconds = parse_with(kTimeUnits, text);
  if (!nanoseconds) return std::nullopt;
  return Duration(static_cast<int64_t>(*nanoseconds));
}

std::string format_duration(Duration d) { return format_with(kTimeUnits, static_cast<uint64_t>(d.count())); }

std::optional<uint64_t> parse_rate(std::string_view text) {
  const auto rate = parse_with(kRateUnits, text);
  if (!rate) return std::nullopt;
  return static_cast<uint64_t>(*rate);
}

std::string format_rate(uint64_t bits_per_second) { return format_with(kRateUnits, bits_per_second); }

std::optional<double> parse_percentage(std::string_view text) {
  const auto quantity = split(text);
  if (!quantity || quantity->unit != "%" || quantity->value < 0 || quantity->value > 100) return std::nullopt;
  return quantity->value / 100;
}

std::string format_percentage(double fraction) { return shortest(fraction * 100) + "%"; }

std::string format_throughput(double bits_per_second) {
  static constexpr std::string_view kNames[] = {"bits/sec", "Kbits/sec", "Mbits/sec", "Gbits/sec"};
  size_t scale = 0;
  while (bits_per_second >= 1000 && scale < 3) {
    bits_per_second /= 1000;
    scale++;
  }
  char text[48];
  snprintf(text, sizeof text,
           bits_per_second < 9.995   ? "%.2f %s"
           : bits_per_second < 99.95 ? "%.1f %s"
                                     : "%.0f %s",
           bits_per_second, std::string(kNames[scale]).c_str());
  return text;
}

}  // namespace flowbed
