#include "core/report/recording.hh"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/error.hh"

namespace flowbed::report {
namespace {

constexpr std::string_view kFirstLine = "# Flowbed link recording 1";
constexpr std::string_view kHeading = "time,from,event,packet,bytes,waiting,delay";
constexpr double kOpportunityBits = 1500 * 8;
constexpr double kLongest = 1e9;  // s

std::vector<std::string_view> split(std::string_view line, char separator) {
  std::vector<std::string_view> parts;
  for (size_t start = 0; start <= line.size();) {
    const size_t end = std::min(line.find(separator, start), line.size());
    parts.push_back(line.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

class Reader {
 public:
  // What is still being written may end in the middle of a line.
  explicit Reader(std::string_view text) : text_(text.substr(0, text.rfind('\n') + 1)) {}

  Recording read() {
    if (next_line() != kFirstLine)
      fail("this is no recording of a link; those are made with \"record\" in the shell");
    if (next_line() != kHeading) fail("the heading is not that of a recording: " + std::string(kHeading));
    while (!text_.empty()) {
      const std::string_view line = next_line();
      if (line.starts_with("# ")) {
        read_capacity(line.substr(2));
      } else {
        read_event(line);
      }
    }
    for (Direction& direction : recording_.directions)
      std::ranges::stable_sort(direction.delivered, {}, &Delivery::at);
    if (!has_events_) recording_.begin = 0;
    return std::move(recording_);
  }

 private:
  [[noreturn]] void fail(const std::string& fault) const {
    throw Error("line " + std::to_string(line_) + ": " + fault);
  }

  std::string_view next_line() {
    line_++;
    const size_t end = std::min(text_.find('\n'), text_.size());
    const std::string_view line = text_.substr(0, end);
    text_.remove_prefix(std::min(end + 1, text_.size()));
    return line;
  }

  template <class Number>
  Number number(std::string_view text, Number min, Number max) const {
    Number value{};
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size() || !(value >= min && value <= max))
      fail("\"" + std::string(text.substr(0, 40)) + "\" is not a number that can stand there");
    return value;
  }
  double time(std::string_view text) const { return number<double>(text, -kLongest, kLongest); }

  Direction& direction(std::string_view from) {
    const auto there = std::ranges::find(recording_.directions, from, &Direction::from);
    if (there != recording_.directions.end()) return *there;
    if (recording_.directions.size() == 2) fail("a link has no third end \"" + std::string(from) + "\"");
    return recording_.directions.emplace_back(Direction{.from = std::string(from)});
  }

  // TIME FROM unlimited | rate BIT/S | trace BEGIN PERIOD STEP COUNT…
  void read_capacity(std::string_view line) {
    const std::vector<std::string_view> words = split(line, ' ');
    if (words.size() < 3) fail("a capacity has a time, an end and what it is");
    Capacity capacity{.since = time(words[0])};
    Direction& of = direction(words[1]);
    if (words[2] == "rate" && words.size() == 4) {
      capacity.rate = FixedRate{number<double>(words[3], 1, 1e15)};
    } else if (words[2] == "trace" && words.size() > 6) {
      capacity.rate = trace_of(words);
    } else if (words[2] != "unlimited" || words.size() != 3) {
      fail("a capacity is \"unlimited\", a \"rate\" or a \"trace\"");
    }
    if (!of.capacities.empty() && capacity.since < of.capacities.back().since)
      fail("it is earlier than the capacity before it");
    of.capacities.push_back(std::move(capacity));
  }

  TraceRate trace_of(const std::vector<std::string_view>& words) const {
    TraceRate trace{.begin = time(words[3]),
                    .period = number<double>(words[4], 1, 1e12) / 1000,
                    .step = number<double>(words[5], 1, 1e12) / 1000};
    for (size_t i = 6; i < words.size(); i++)
      trace.bits.push_back(number<double>(words[i], 0, 1e12) * kOpportunityBits);
    if (std::ceil(trace.period / trace.step - 1e-9) != static_cast<double>(trace.bits.size()))
      fail("the trace's period does not have so many steps");
    return trace;
  }

  void read_event(std::string_view line) {
    const std::vector<std::string_view> cells = split(line, ',');
    if (cells.size() != 7) fail("an event has seven cells");
    const double at = time(cells[0]);
    Direction& of = direction(cells[1]);
    const std::string_view event = cells[2];
    const auto bytes = number<uint32_t>(cells[4], 0, std::numeric_limits<uint32_t>::max());
    if (event == "arrive") {
      of.arrived++;
      of.arrived_bytes += bytes;
    } else if (event == "deliver" || event == "double") {
      of.delivered.push_back({at, number<double>(cells[6], 0, kLongest), bytes});
    } else if (event == "queue_full" || event == "early" || event == "loss") {
      of.drops[std::string(event)].push_back(at);
    } else {
      fail("\"" + std::string(event.substr(0, 40)) + "\" is no event");
    }
    recording_.begin = has_events_ ? std::min(recording_.begin, at) : at;
    recording_.end = has_events_ ? std::max(recording_.end, at) : at;
    has_events_ = true;
  }

  std::string_view text_;
  size_t line_ = 0;
  Recording recording_;
  bool has_events_ = false;
};

}  // namespace

Recording read_recording(std::string_view text) { return Reader(text).read(); }

}  // namespace flowbed::report
