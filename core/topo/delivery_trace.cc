#include "core/topo/delivery_trace.hh"

#include <algorithm>
#include <charconv>
#include <string>

#include "core/base/error.hh"
#include "core/base/suggest.hh"

namespace flowbed {
namespace {

constexpr uint64_t kLongest = 86'400'000;  // a day, in ms
constexpr size_t kMostLines = 1'000'000;
constexpr size_t kShown = 20;  // characters of a line that is none

[[noreturn]] void fail(size_t line, const std::string& fault) {
  throw Error("line " + std::to_string(line) + ": " + fault);
}

uint64_t number_in(std::string_view line, size_t number) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  uint64_t value = 0;
  const auto [end, fault] = std::from_chars(line.data(), line.data() + line.size(), value);
  if (fault != std::errc() || end != line.data() + line.size() || value > kLongest)
    fail(number, in_quotes(line.substr(0, kShown)) + " is not a time in ms; write whole numbers up to " +
                     std::to_string(kLongest));
  return value;
}

}  // namespace

std::vector<uint64_t> parse_delivery_trace(std::string_view text) {
  std::vector<uint64_t> trace;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const uint64_t time = number_in(text.substr(0, end), trace.size() + 1);
    if (!trace.empty() && time < trace.back())
      fail(trace.size() + 1, std::to_string(time) + " comes after " + std::to_string(trace.back()) +
                                 "; times must not fall: sort the lines");
    trace.push_back(time);
    if (trace.size() > kMostLines) fail(trace.size(), "it is too long; shorten it to a million lines");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (trace.empty()) throw Error("it is empty; write a line for each ms at which 1500 bytes can leave");
  if (trace.back() == 0) throw Error("it has no period; its last line must be later than 0");
  return trace;
}

}  // namespace flowbed
