// LinkShape: what a link does to the packets that cross it in one direction.
//
// A packet waits in a queue until it can be sent at the link's rate, and is then on its way for the delay.
// What befalls it there (loss, damage, a double, being overtaken) is decided when it is sent. An option that
// is not given does nothing, or has the value said with it. Of two correlated packets next to each other the
// second one is as likely as the correlation to fare like the first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hh"

namespace flowbed {

inline constexpr uint32_t kDefaultMaxQueue = 1000;  // packets

struct LinkShape {
  // How fast: at a rate, or as a trace has it.
  std::optional<uint64_t> rate;      // bit/s
  std::optional<uint64_t> burst;     // bytes that may leave at once after a pause; 0
  std::optional<uint32_t> overhead;  // bytes on the wire besides each packet's own; 0
  std::optional<std::string> trace;  // a file of milliseconds at which 1500 bytes can leave, over and over

  // How late.
  std::optional<Duration> delay;                    // one way
  std::optional<Duration> jitter;                   // the delay's deviation; of "uniform" the farthest
  std::optional<std::string> distribution;          // uniform (where not given), normal, pareto, …, table
  std::optional<std::vector<double>> jitter_table;  // "table": quantiles, in jitters from the delay
  std::optional<double> jitter_correlation;         // 0 … 1, as all correlations
  std::optional<bool> reordering;                   // jitter may reorder packets

  // What is lost: shares are 0 … 1.
  std::optional<double> loss, loss_correlation;
  // Gilbert and Elliott: the chances to get into and out of bad times, and of loss in bad and good ones.
  std::optional<std::vector<double>> loss_model;
  std::optional<std::string> loss_pattern;  // "0001": every fourth one

  std::optional<double> duplicate, duplicate_correlation;
  std::optional<double> corrupt, corrupt_correlation;  // one bit is wrong
  std::optional<double> reorder, reorder_correlation;  // takes no delay, and overtakes others
  std::optional<uint32_t> reorder_gap;                 // only every so manieth packet may; 1

  // What waits.
  std::optional<uint32_t> max_queue;         // packets; kDefaultMaxQueue if bytes are not given either
  std::optional<uint64_t> max_queue_bytes;   // bytes
  std::optional<std::string> discipline;     // droptail (where not given), red, codel, fq_codel, pie
  std::optional<bool> ecn;                   // marks what can be marked instead of dropping it early
  std::optional<uint64_t> red_min, red_max;  // bytes of the average queue
  std::optional<double> red_chance;          // of a drop at red_max; 2 %
  std::optional<Duration> target, interval;  // codel, fq_codel: 5 ms, 100 ms; pie: 15 ms

  bool operator==(const LinkShape&) const = default;
  bool is_plain() const { return *this == LinkShape{}; }
  bool is_random() const;  // so that a seed decides something
};

// `shape`, but for what `change` gives. Another way to say how fast (rate, trace) or what is lost (loss,
// loss_model, loss_pattern) takes the place of the one before.
LinkShape changed(LinkShape shape, const LinkShape& change);
// `shape` without what `change` says: what is said of both directions goes for each of them.
LinkShape without(LinkShape shape, const LinkShape& change);

}  // namespace flowbed
