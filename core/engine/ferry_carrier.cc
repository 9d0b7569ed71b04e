#include "core/engine/ferry_carrier.hh"

#include <map>

#include "core/base/error.hh"

namespace flowbed {

std::optional<CarrierChange> carrier_change(const LiveInterface& a, const LiveInterface& b) {
  if (a.up && b.up) {
    if (a.carrier == b.carrier) return {};
    return CarrierChange{.of_a = a.carrier, .up = false};
  }
  if (a.up && a.carrier) return CarrierChange{.of_a = false, .up = true};
  if (!a.up && (b.carrier || !b.up)) return CarrierChange{.of_a = true, .up = true};
  return {};
}

void FerryCarrier::serve(std::vector<FerryLink> links) {
  links_ = std::move(links);
  if (links_.empty()) {
    watch_.reset();
  } else if (!watch_) {
    kernel_.run_in(kFerryNode, [&] { watch_.emplace(loop_, [this] { settle(); }); });
  }
  if (!links_.empty()) settle();
}

void FerryCarrier::settle() {
  std::map<std::string, LiveInterface> ends;
  try {
    for (LiveInterface& end : kernel_.interfaces(kFerryNode)) ends[end.name] = std::move(end);
  } catch (const Error&) {
    return;  // the last link is just being taken away
  }
  for (const FerryLink& link : links_) {
    const auto a = ends.find(link.a), b = ends.find(link.b);
    if (a == ends.end() || b == ends.end()) continue;  // somebody has taken it away
    const auto change = carrier_change(a->second, b->second);
    if (!change) continue;
    try {
      kernel_.set_interface(kFerryNode, change->of_a ? link.a : link.b,
                            {.mac = {}, .mtu = {}, .up = change->up});
    } catch (const Error&) {
      // gone meanwhile
    }
  }
}

}  // namespace flowbed
