#include "core/topo/link_backend.hh"

#include <algorithm>

#include "core/topo/link_schedule.hh"

namespace flowbed {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLongestNetemJitter = 2s;  // 32 bits of nanoseconds

std::string why_not_jitter(const LinkShape& shape) {
  if (!shape.jitter) return "";
  if (!shape.reordering.value_or(false)) return "jitter without reordering";
  if (shape.distribution.value_or("uniform") != "uniform") return "jitter that is not uniform";
  if (shape.jitter_correlation) return "jitter with a correlation";
  if (shape.rate) return "jitter behind a queue";
  return *shape.jitter > kLongestNetemJitter ? "jitter of more than 2 s" : "";
}

// An option that netem lacks, or understands otherwise.
std::string why_not_shape(const LinkShape& shape) {
  if (shape.trace) return "a trace";
  if (shape.burst) return "a burst";
  if (shape.rate && *shape.rate % 8 != 0) return "a rate that is not of whole bytes a second";
  if (shape.loss_correlation) return "loss with a correlation";  // netem's is another
  if (shape.loss_pattern) return "a pattern of loss";
  if (shape.rate && (shape.loss || shape.loss_model)) return "loss behind a queue";  // but before it
  if (shape.duplicate) return "duplicates";  // netem's wait in the queue again
  if (shape.corrupt) return "damage";        // netem's takes no seed
  if (shape.reorder) return "reordering";    // netem's packets overtake all that wait
  if (shape.max_queue_bytes) return "a queue's limit in bytes";
  if (shape.discipline.value_or("droptail") != "droptail") return "a discipline";
  return why_not_jitter(shape);
}

// All that either direction does to packets, now and later.
template <class Visit>
void for_each_direction(const Link& link, Visit visit) {
  const auto visit_both = [&](const Link& now) {
    visit(changed(now.shape, now.a_to_b));
    visit(changed(now.shape, now.b_to_a));
  };
  visit_both(link);
  for (const LinkChange& change : link.schedule) visit_both(link_at(link, change.at));
}

// What waits in a netem keeps the time to leave that it got when it came, and each change begins its random
// numbers anew.
bool changes_more_than_delay(const Link& link) {
  const auto without_delay = [](LinkShape shape) {
    shape.delay.reset();
    return shape;
  };
  return std::ranges::any_of(link.schedule, [&](const LinkChange& change) {
    return !without_delay(change.shape).is_plain() || !without_delay(change.a_to_b).is_plain() ||
           !without_delay(change.b_to_a).is_plain();
  });
}

}  // namespace

std::string why_not_by_qdiscs(const Link& link, const QdiscCapabilities& can) {
  if (!can.netem) return can.why_not;
  std::string lacking;
  for_each_direction(link, [&](const LinkShape& shape) {
    if (lacking.empty()) lacking = why_not_shape(shape);
  });
  if (lacking.empty() && changes_more_than_delay(link)) lacking = "a rate or loss that changes";
  if (!lacking.empty()) return "the kernel's qdiscs do not have " + lacking + " as links do";
  if (is_ever_random(link) && !can.takes_seed)
    return "this kernel's netem takes no seed (Linux has that since 6.6), so what it loses could not be had "
           "again";
  return "";
}

bool is_by_ferry(const Link& link, LinkBackend backend, const QdiscCapabilities& can) {
  if (backend != LinkBackend::automatic) return backend == LinkBackend::ferry;
  return !why_not_by_qdiscs(link, can).empty();
}

bool ever_decides_per_packet(const Link& link) {
  bool decides = false;
  for_each_direction(link, [&](const LinkShape& shape) {
    decides |= shape.rate || shape.loss || shape.loss_model || shape.jitter;
  });
  return decides;
}

}  // namespace flowbed
