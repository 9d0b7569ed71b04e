// What "link h1 s1" shows.
#include <fmt/format.h>

#include "core/base/units.hh"
#include "core/cli/format.hh"

namespace flowbed {
namespace {

std::string packets(const Json& count) {
  return fmt::format("{} packets, {}", count.at("packets").get<uint64_t>(),
                     format_size(count.at("bytes").get<uint64_t>()));
}

// "queue_full 3, loss 2"
std::string drops(const Json& causes) {
  std::string text;
  for (const auto& [cause, count] : causes.items()) {
    if (count == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", cause, count.get<uint64_t>());
  }
  return text.empty() ? "none" : text;
}

// How exact the ferry is, by itself.
std::string lateness(const Json& late) {
  const double median = late.at("median"), p99 = late.at("p99");
  if (p99 == 0) return "";
  return fmt::format(
      "    accuracy: packets left {:.3f} ms after their time (median of the last 1000), 99 % of them within "
      "{:.3f} ms\n",
      median, p99);
}

// "doubled 3, marked 2"
std::string changes(const Json& direction) {
  std::string text;
  for (const char* what : {"doubled", "corrupted", "marked"}) {
    const uint64_t count = direction.at(what);
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "; " : ", ", what, count);
  }
  return text;
}

std::string direction_by_kernel(const std::string& from, const std::string& to, const Json& direction) {
  const std::string shape = direction.at("shape");
  if (shape.empty()) return fmt::format("  {} -> {}: nothing but the wire\n", from, to);
  const Json &queue = direction.at("queue"), &now = direction.at("now");
  return fmt::format("  {} -> {}: {}\n", from, to, shape) +
         fmt::format("    delivered {}; now {}, {:.0f} packets/s\n", packets(direction.at("delivered")),
                     format_throughput(now.at("bits_per_second").get<double>()),
                     now.at("packets_per_second").get<double>()) +
         fmt::format("    dropped: {}; waiting: {} packets, {}, for {:.3f} ms\n",
                     drops(direction.at("dropped")), queue.at("packets").get<uint64_t>(),
                     format_size(queue.at("bytes").get<uint64_t>()), queue.at("milliseconds").get<double>());
}

std::string direction_by_ferry(const std::string& from, const std::string& to, const Json& direction) {
  const std::string shape = direction.at("shape");
  const Json &queue = direction.at("queue"), &now = direction.at("now");
  return fmt::format("  {} -> {}: {}\n", from, to, shape.empty() ? "nothing but the wire" : shape) +
         fmt::format("    arrived {}; delivered {}; now {}, {:.0f} packets/s\n",
                     packets(direction.at("arrived")), packets(direction.at("delivered")),
                     format_throughput(now.at("bits_per_second").get<double>()),
                     now.at("packets_per_second").get<double>()) +
         fmt::format("    dropped: {}{}; waiting: {} packets, {}, for {:.3f} ms\n",
                     drops(direction.at("dropped")), changes(direction), queue.at("packets").get<uint64_t>(),
                     format_size(queue.at("bytes").get<uint64_t>()), queue.at("milliseconds").get<double>()) +
         lateness(direction.at("late_ms"));
}

// Who emulates the link.
std::string emulator(const Json& link) {
  const std::string by = link.at("by");
  if (by == "veth") return "a plain veth pair";
  if (by == "qdisc")
    return fmt::format("emulated by the kernel's netem (its timers have a resolution of {} ns)",
                       link.at("timer_ns").get<int64_t>());
  const std::string why = link.value("why", "");
  return "emulated by the ferry" + (why.empty() ? "" : ", for " + why);
}

}  // namespace

std::string format_link(const Json& answer) {
  if (!answer.contains("links")) return "";
  std::string text;
  for (const Json& link : answer.at("links")) {
    const std::string a = link.at("a"), b = link.at("b");
    text += fmt::format("{}<->{}: {}{}\n", a, b, link.at("up").get<bool>() ? "" : "down, ", emulator(link));
    if (link.value("recorded", false)) text.insert(text.size() - 1, ", being recorded");
    const auto direction = link.at("by") == "qdisc" ? direction_by_kernel : direction_by_ferry;
    if (link.at("by") != "veth")
      text += direction(a, b, link.at("a_to_b")) + direction(b, a, link.at("b_to_a"));
    if (const uint64_t lost = link.value("lost_before", uint64_t{0}); lost > 0)
      text += fmt::format("  {} packets of all links were too many for the ferry, and never reached theirs\n",
                          lost);
    for (const Json& change : link.value("schedule", Json::array())) {
      text += fmt::format("  at {} s: {}{}\n", change.at("at").get<double>(),
                          change.at("change").get<std::string>(), change.at("done") == true ? " (done)" : "");
    }
  }
  if (answer.contains("seed")) text += fmt::format("seed {}\n", answer.at("seed").get<uint64_t>());
  return text;
}

}  // namespace flowbed
