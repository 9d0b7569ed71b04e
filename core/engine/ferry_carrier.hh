// FerryCarrier: makes a link that the ferry serves lose its carrier as one cable does: when an end is set
// down, the other one has no carrier.
//
// A pair of veths tells its two ends that; between the two pairs of such a link we do. An inner end that
// has lost its carrier means that the outer end there is down; then the other inner end is set down, for its
// outer end to lose the carrier. Never both: only an inner end that is up shows when its outer end comes
// back.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/os/kernel.hh"
#include "core/os/link_watch.hh"
#include "core/topo/plan.hh"

namespace flowbed {

// What has to be done about one link, if anything: set an inner end up or down.
struct CarrierChange {
  bool of_a = true, up = true;
  bool operator==(const CarrierChange&) const = default;
};
std::optional<CarrierChange> carrier_change(const LiveInterface& a, const LiveInterface& b);

class FerryCarrier {
 public:
  FerryCarrier(EventLoop& loop, Kernel& kernel) : loop_(loop), kernel_(kernel) {}

  void serve(std::vector<FerryLink> links);  // all that there are; their ends exist
  void forget() { serve({}); }               // before the ferry's namespace goes

 private:
  void settle();

  EventLoop& loop_;
  Kernel& kernel_;
  std::vector<FerryLink> links_;
  std::optional<LinkWatch> watch_;
};

}  // namespace flowbed
