#include "core/base/cpu_list.hh"

#include <algorithm>
#include <charconv>

namespace flowbed {
namespace {

constexpr unsigned kMaxCpu = 8191;  // the kernel's own limit

std::optional<unsigned> parse_cpu(std::string_view text) {
  unsigned cpu = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), cpu);
  const bool is_number = fault == std::errc() && end == text.data() + text.size() && !text.empty();
  return is_number && cpu <= kMaxCpu ? std::optional(cpu) : std::nullopt;
}

// "5" or "2-4"
bool add_range(std::string_view text, CpuList& cpus) {
  const size_t dash = text.find('-');
  const auto first = parse_cpu(text.substr(0, dash));
  const auto last = dash == text.npos ? first : parse_cpu(text.substr(dash + 1));
  if (!first || !last || *last < *first) return false;
  for (unsigned cpu = *first; cpu <= *last; cpu++) cpus.push_back(static_cast<uint16_t>(cpu));
  return true;
}

}  // namespace

std::optional<CpuList> parse_cpu_list(std::string_view text) {
  CpuList cpus;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(',', start), text.size());
    if (!add_range(text.substr(start, end - start), cpus)) return std::nullopt;
    start = end + 1;
  }
  return sorted_cpus(std::move(cpus));
}

std::string format_cpu_list(const CpuList& cpus) {
  std::string text;
  for (size_t i = 0; i < cpus.size();) {
    size_t last = i;
    while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1) last++;
    text += (text.empty() ? "" : ",") + std::to_string(cpus[i]);
    if (last > i) text += "-" + std::to_string(cpus[last]);
    i = last + 1;
  }
  return text;
}

CpuList sorted_cpus(CpuList cpus) {
  std::sort(cpus.begin(), cpus.end());
  cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
  return cpus;
}

}  // namespace flowbed
