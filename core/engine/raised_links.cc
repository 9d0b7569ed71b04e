#include "core/engine/raised_links.hh"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/error.hh"
#include "core/topo/ifname.hh"

namespace flowbed {
namespace {

using namespace std::chrono_literals;

constexpr Duration kMaxWait = 1s;
constexpr Duration kPause = 1ms;

// Of a new link, one end stands for both.
std::optional<KernelInterface> raised_by(const Step& step) {
  if (const auto* made = std::get_if<step::CreateVeth>(&step)) {
    if (made->a.up && made->b.up) return KernelInterface{made->a.node, made->a.interface};
  } else if (const auto* moved = std::get_if<step::MoveInterface>(&step)) {
    if (moved->to.up) return KernelInterface{moved->to.node, moved->to.interface};
  } else if (const auto* set = std::get_if<step::SetInterface>(&step)) {
    if (set->up.value_or(false)) return KernelInterface{set->node, set->interface};
  }
  return std::nullopt;
}

KernelInterface kernel_interface(const Topology& topology, const LinkEnd& end) {
  const Node* node = topology.find(end.node);
  const bool own_namespace = node != nullptr && node->has_namespace();
  return {own_namespace ? end.node : "", kernel_ifname(end.interface)};
}

bool is_settled(Kernel& kernel, const KernelInterface& interface) {
  try {
    return kernel.is_settled(interface.place, interface.interface);
  } catch (const Error&) {
    return true;  // somebody has taken it away meanwhile: nothing to wait for
  }
}

}  // namespace

std::vector<KernelInterface> ends_of(const Topology& topology, const Link& link) {
  std::vector<KernelInterface> ends{kernel_interface(topology, link.a), kernel_interface(topology, link.b)};
  if (ends.front().place.empty()) std::swap(ends.front(), ends.back());
  return ends;
}

std::vector<KernelInterface> last_raised(const Plan& plan, const Topology& wanted) {
  std::optional<KernelInterface> last;
  for (auto step = plan.rbegin(); step != plan.rend() && !last; ++step) last = raised_by(*step);
  if (!last) return {};
  for (auto link = wanted.links.rbegin(); link != wanted.links.rend(); ++link) {
    auto ends = ends_of(wanted, *link);
    if (std::find(ends.begin(), ends.end(), *last) != ends.end()) return ends;
  }
  return {};
}

std::vector<KernelInterface> raised_again(const Plan& plan) {
  std::vector<KernelInterface> interfaces;
  for (const Step& step : plan) {
    const auto* set = std::get_if<step::SetInterface>(&step);
    if (set != nullptr && set->up.value_or(false)) interfaces.push_back({set->node, set->interface});
  }
  return interfaces;
}

Task<void> wait_until_settled(EventLoop& loop, Kernel& kernel, std::vector<KernelInterface> interfaces) {
  const TimePoint give_up = monotonic_now() + kMaxWait;
  for (const KernelInterface& interface : interfaces) {
    while (!is_settled(kernel, interface) && monotonic_now() < give_up) co_await sleep_for(loop, kPause);
  }
}

}  // namespace flowbed
