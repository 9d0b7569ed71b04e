#include "core/engine/live_links.hh"

#include <algorithm>
#include <iterator>

#include "core/base/error.hh"
#include "core/engine/raised_links.hh"
#include "core/topo/edit.hh"
#include "core/topo/ifname.hh"

namespace flowbed {
namespace {

void check_ends(LiveInterfaces& live, const Link& link) {
  for (const LinkEnd* end : {&link.a, &link.b}) {
    if (live.find(end->node, end->interface) != nullptr) continue;
    throw Error(end->interface +
                " is gone: it was removed in the running network. Make the link anew with: del link " +
                link.a.interface + " " + link.b.interface + ", then: add link " + link.a.node + " " +
                link.b.node);
  }
}

}  // namespace

std::string LiveInterfaces::namespace_of(const std::string& node) const {
  const auto position = index_.find(node);
  return position && nodes_[*position].has_namespace() ? node : "";
}

const LiveInterface* LiveInterfaces::find(const std::string& node, const std::string& interface) {
  const ByName& there = read(namespace_of(node));
  const auto found = there.find(kernel_ifname(interface));
  return found == there.end() ? nullptr : &found->second;
}

const LiveInterfaces::ByName& LiveInterfaces::read(const std::string& place) {
  const auto [known, is_new] = places_.try_emplace(place);
  if (!is_new) return known->second;
  try {
    for (const LiveInterface& interface : kernel_.interfaces(place))
      known->second.emplace(interface.name, interface);
  } catch (const Error&) {
    // The namespace is just being taken away, and its interfaces with it.
  }
  return known->second;
}

void LiveInterfaces::raise(const LinkEnd& end) {
  const LiveInterface* interface = find(end.node, end.interface);
  if (interface == nullptr || interface->up) return;
  InterfaceChange change;
  change.up = true;
  kernel_.set_interface(namespace_of(end.node), interface->name, change);
}

Task<void> set_links(LocalNetwork& network, Kernel& kernel, std::string a, std::string b, bool up) {
  LiveInterfaces live(kernel, network.current());
  for (const size_t i : links_between(network.current(), a, b)) check_ends(live, network.current().links[i]);
  co_await network.edit([&](const Topology& now) { return set_link_up(now, a, b, up); });
  if (!up) co_return co_await network.settle_links({});
  const Topology& now = network.current();
  LiveInterfaces after(kernel, now);
  std::vector<KernelInterface> raised;
  for (const size_t i : links_between(now, a, b)) {
    after.raise(now.links[i].a);
    after.raise(now.links[i].b);
    std::ranges::copy(ends_of(now, now.links[i]), std::back_inserter(raised));
  }
  co_await network.settle_links(std::move(raised));
}

}  // namespace flowbed
