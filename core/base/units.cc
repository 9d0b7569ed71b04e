#include "core/base/units.hh"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <span>

namespace flowbed {
namespace {

constexpr uint64_t kMaxCount = 9'000'000'000'000'000'000;  // fits Duration's count

struct Unit {
  std::string_view name;
  double factor;
};

constexpr Unit kTimeUnits[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}};
constexpr Unit kRateUnits[] = {{"Gbit", 1e9}, {"Mbit", 1e6}, {"kbit", 1e3}, {"bit", 1}};

constexpr Unit kSizeUnits[] = {{"GiB", 1 << 30}, {"GB", 1e9}, {"MiB", 1 << 20}, {"MB", 1e6},
                               {"KiB", 1 << 10}, {"kB", 1e3}, {"B", 1}};

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

// A whole number of the smallest unit is read as such: a double holds no more than 53 bits of it.
std::optional<uint64_t> parse_whole(std::string_view text, std::string_view unit) {
  uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = fault == std::errc() && text.substr(static_cast<size_t>(end - text.data())) == unit;
  return is_whole && value <= kMaxCount ? std::optional(value) : std::nullopt;
}

std::optional<uint64_t> parse_with(std::span<const Unit> units, std::string_view text) {
  if (const auto whole = parse_whole(text, units.back().name)) return whole;
  const auto quantity = split(text);
  if (!quantity || quantity->value < 0) return std::nullopt;
  if (quantity->unit.empty()) return quantity->value == 0 ? std::optional(uint64_t{0}) : std::nullopt;
  for (const Unit& unit : units) {
    if (unit.name != quantity->unit) continue;
    const double result = std::round(quantity->value * unit.factor);
    return result <= static_cast<double>(kMaxCount) ? std::optional(static_cast<uint64_t>(result))
                                                    : std::nullopt;
  }
  return std::nullopt;
}

// The largest unit in which the count is at least one.
std::string format_with(std::span<const Unit> units, uint64_t count) {
  if (count == 0) return "0" + std::string(units.back().name);
  for (const Unit& unit : units) {
    if (static_cast<double>(count) < unit.factor) continue;
    const std::string text = format_number(static_cast<double>(count) / unit.factor) + std::string(unit.name);
    if (text.find('e') == std::string::npos && parse_with(units, text) == count) return text;
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

std::optional<uint64_t> parse_size(std::string_view text) { return parse_with(kSizeUnits, text); }

std::string format_size(uint64_t bytes) {
  std::string best = std::to_string(bytes) + "B";
  for (const Unit& unit : kSizeUnits) {
    if (static_cast<double>(bytes) < unit.factor) continue;
    const std::string text = format_number(static_cast<double>(bytes) / unit.factor) + std::string(unit.name);
    if (text.size() < best.size() && text.find('e') == std::string::npos && parse_size(text) == bytes)
      best = text;
  }
  return best;
}

std::optional<uint64_t> parse_rate(std::string_view text) { return parse_with(kRateUnits, text); }

std::optional<uint64_t> parse_bandwidth(std::string_view text) {
  if (const auto rate = parse_rate(text)) return rate;
  std::string spelled(text);
  if (spelled.ends_with('K')) spelled.back() = 'k';
  if (spelled.ends_with('m') || spelled.ends_with('g'))
    spelled.back() = static_cast<char>(std::toupper(spelled.back()));
  return parse_rate(spelled + "bit");
}

std::string format_rate(uint64_t bits_per_second) { return format_with(kRateUnits, bits_per_second); }

// "7%" is read as 7e-2 and 0.07 written by moving its point: dividing and multiplying by 100 would not give
// back the same fraction.
std::optional<double> parse_percentage(std::string_view text) {
  if (!text.ends_with('%') || text.find_first_not_of("0123456789.") != text.size() - 1) return std::nullopt;
  const std::string scaled = std::string(text.substr(0, text.size() - 1)) + "e-2";
  double fraction = 0;
  const auto [end, fault] = std::from_chars(scaled.data(), scaled.data() + scaled.size(), fraction);
  const bool is_number = fault == std::errc() && end == scaled.data() + scaled.size();
  return is_number && fraction <= 1 ? std::optional(fraction) : std::nullopt;
}

std::string format_percentage(double fraction) {
  char buffer[400];  // the smallest double has 324 places before its digits
  const auto [end, fault] = std::to_chars(buffer, buffer + sizeof buffer, fraction, std::chars_format::fixed);
  std::string digits(buffer, fault == std::errc() ? end : buffer);
  size_t point = digits.find('.');
  if (point == std::string::npos) point = digits.size();
  digits.erase(point, 1);
  if (digits.size() < point + 2) digits.append(point + 2 - digits.size(), '0');
  if (digits.size() > point + 2) digits.insert(point + 2, 1, '.');
  digits.erase(0, std::min(digits.find_first_not_of('0'), point + 1));
  return digits + '%';
}

std::string format_number(double value) {
  char text[32];
  const auto [end, fault] = std::to_chars(text, text + sizeof text, value);
  return std::string(text, fault == std::errc() ? end : text);
}

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
