#include "core/engine/live_links.hh"

#include <algorithm>
#include <ctime>
#include <iterator>

#include "core/base/error.hh"
#include "core/engine/raised_links.hh"
#include "core/topo/edit.hh"
#include "core/topo/ifname.hh"
#include "core/topo/link_schedule.hh"

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

// What has become of these links by their schedules stays so, whatever changes now.
Topology with_past(Topology topology, const std::vector<size_t>& links, Duration age) {
  for (const size_t i : links) topology.links[i] = link_at(std::move(topology.links[i]), age);
  return topology;
}

// [{"at" (s), "change" (in words), "done"}]
Json describe_schedule(const Link& link, Duration age) {
  Json schedule = Json::array();
  for (const LinkChange& change : link.schedule) {
    schedule.push_back(
        {{"at", to_seconds(change.at)}, {"change", describe(change, link)}, {"done", change.at <= age}});
  }
  return schedule;
}

void add_ferried(Json& entry, const FerryLink& link, const Json& told) {
  entry["by"] = "ferry";
  entry["lost_before"] = told.at("lost_before");
  entry["recorded"] = told.at("recorded");
  entry["a_to_b"] = told.at("a_to_b");
  entry["b_to_a"] = told.at("b_to_a");
  entry["a_to_b"]["shape"] = describe(link.a_to_b);
  entry["b_to_a"]["shape"] = describe(link.b_to_a);
}

Json describe_egress(Kernel& kernel, const std::string& node, const std::string& interface,
                     const std::optional<Egress>& egress) {
  if (!egress) return {{"shape", ""}};
  EgressCounters told;
  try {
    told = kernel.egress_counters(node, interface);
  } catch (const Error&) {
    // A user has just taken it away, or an edit has.
  }
  // Those that wait leave one by one at the rate, which netem does not tell of itself.
  const double seconds = egress->shape.rate ? 8.0 * static_cast<double>(told.waiting_bytes) /
                                                  static_cast<double>(*egress->shape.rate)
                                            : 0;
  return {
      {"shape", describe(egress->shape)},
      {"delivered", {{"packets", told.packets}, {"bytes", told.bytes}}},
      {"dropped", {{"queue_full", told.dropped_by_queue}, {"loss", told.lost}}},
      {"now", {{"packets_per_second", told.packets_per_second}, {"bits_per_second", told.bits_per_second}}},
      {"queue",
       {{"packets", told.waiting_packets}, {"bytes", told.waiting_bytes}, {"milliseconds", 1000 * seconds}}}};
}

int64_t timer_resolution() {
  timespec resolution{};
  clock_getres(CLOCK_MONOTONIC, &resolution);
  return resolution.tv_sec * 1'000'000'000 + resolution.tv_nsec;
}

// Where qdiscs emulate a link, and what they do there.
struct ShapedEnd {
  std::string node, interface;  // as the kernel has them
  std::optional<Egress> egress;
};

ShapedEnd shaped_end(const LocalNetwork& network, const LinkEnd& end) {
  const Node* node = network.current().find(end.node);
  ShapedEnd shaped{node->has_namespace() ? end.node : "", kernel_ifname(end.interface), {}};
  const auto& nodes = network.inventory().nodes;
  if (const auto place = nodes.find(shaped.node); place != nodes.end()) {
    const auto there = place->second.interfaces.find(shaped.interface);
    if (there != place->second.interfaces.end()) shaped.egress = there->second.egress;
  }
  return shaped;
}

void add_shaped(Json& entry, Kernel& kernel, const ShapedEnd& a, const ShapedEnd& b) {
  entry["by"] = "qdisc";
  entry["timer_ns"] = timer_resolution();
  entry["a_to_b"] = describe_egress(kernel, a.node, a.interface, a.egress);
  entry["b_to_a"] = describe_egress(kernel, b.node, b.interface, b.egress);
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

Task<void> change_links_now(LocalNetwork& network, Kernel& kernel, std::string a, std::string b,
                            LinkWords words) {
  LiveInterfaces live(kernel, network.current());
  for (const size_t i : links_between(network.current(), a, b)) check_ends(live, network.current().links[i]);
  co_await network.edit([&](const Topology& now) {
    return change_links(with_past(now, links_between(now, a, b), network.age()), a, b, words);
  });
  if (!words.up.value_or(false)) co_return co_await network.settle_links({});
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

Task<Json> describe_links(const LocalNetwork& network, Kernel& kernel, LinkFerry& ferry, std::string a,
                          std::string b) {
  // The network may change while the ferry is asked.
  const Duration age = network.age();
  const auto seed = network.current().options.seed;
  const LinkBackend backend = network.current().options.link_backend;
  const QdiscCapabilities qdiscs = network.capabilities().qdiscs;
  const std::map<std::string, FerryLink> ferried = network.inventory().ferry_links;
  std::vector<Link> between;
  std::vector<std::pair<ShapedEnd, ShapedEnd>> ends;
  for (const size_t i : links_between(network.current(), a, b)) {
    const Link& link = between.emplace_back(network.current().links[i]);
    ends.emplace_back(shaped_end(network, link.a), shaped_end(network, link.b));
  }
  Json links = Json::array();
  for (size_t i = 0; i < between.size(); i++) {
    const Link& link = between[i];
    Json entry = {
        {"a", link.a.interface}, {"b", link.b.interface}, {"up", link_at(link, age).up}, {"by", "veth"}};
    const auto found = ferried.find(ferry_ifname(link.a.node, link.a.interface));
    if (found != ferried.end()) {
      add_ferried(entry, found->second, co_await ferry.describe_link(found->first));
      if (backend == LinkBackend::automatic) entry["why"] = why_not_by_qdiscs(link, qdiscs);
    } else if (is_ever_shaped(link)) {
      add_shaped(entry, kernel, ends[i].first, ends[i].second);
    }
    if (!link.schedule.empty()) entry["schedule"] = describe_schedule(link, age);
    links.push_back(std::move(entry));
  }
  Json answer = {{"links", std::move(links)}};
  if (seed) answer["seed"] = *seed;
  co_return answer;
}

}  // namespace flowbed
