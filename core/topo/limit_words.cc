#include "core/topo/limit_words.hh"

#include <charconv>

#include "core/base/error.hh"
#include "core/base/suggest.hh"
#include "core/base/units.hh"

namespace flowbed {
namespace {

// Mininet's users write .1, which std::from_chars reads as well.
std::optional<double> parse_share(const std::string& text) {
  double share = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), share);
  const bool is_number = fault == std::errc() && end == text.data() + text.size();
  return is_number && share > 0 && share <= 1 ? std::optional(share) : std::nullopt;
}

template <class T>
T demand(const std::optional<T>& value, const std::string& name, const std::string& text,
         const char* wanted) {
  if (!value) throw Error(name + ": " + in_quotes(text) + " is not " + wanted);
  return *value;
}

}  // namespace

void set_limit(HostLimits& limits, const std::string& name, const std::string& value) {
  const bool lifted = value == "none";
  if (name == "cpu") {
    limits.cpu.reset();
    if (!lifted)
      limits.cpu = demand(parse_share(value), name, value, "a share of the whole machine; write e.g. 0.2");
  } else if (name == "cores") {
    limits.cores.clear();
    if (!lifted)
      limits.cores = demand(parse_cpu_list(value), name, value, "a list of processors; write e.g. 0-1");
  } else if (name == "memory") {
    limits.memory.reset();
    if (!lifted)
      limits.memory = demand(parse_size(value), name, value, "an amount of memory; write e.g. 100MB");
  } else if (name == "sched") {
    if (value != "rt" && value != "cfs" && !lifted)
      throw Error("sched: " + in_quotes(value) + "; choose cfs or rt");
    limits.sched = value == "rt" ? Scheduling::rt : Scheduling::cfs;
  } else {
    throw Error(in_quotes(name) + " is no limit of a host" +
                suggestion(name, {"cpu", "cores", "memory", "sched"}));
  }
}

}  // namespace flowbed
