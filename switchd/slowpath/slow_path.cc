#include "switchd/slowpath/slow_path.hh"

#include <algorithm>

#include "core/base/error.hh"

namespace flowbed::sw {
namespace {

Counters sum(const Counters& a, const Counters& b) {
  return {a.packets + b.packets, a.bytes + b.bytes, a.dropped + b.dropped};
}

}  // namespace

SlowPath::SlowPath(Datapath& datapath, ClassifierOptions options)
    : datapath_(datapath), trees_(tree_actions()), flows_(datapath), programs_(flows_, options) {
  datapath_.set_upcall_handler([this](const Upcall& miss) { upcall(miss); });
  datapath_.set_punt_handler([this](const Punt& punted) { punt(punted); });
  datapath_.set_meter_handler([this](uint32_t id, const WireSize& size, TimePoint now) {
    return programs_.run_meter(id, size, now);
  });
}

void SlowPath::set_openflow_events(OpenFlowEvents events) {
  events_ = std::move(events);
  programs_.on_removal(events_.rule_removed);
}

void SlowPath::put_bridge(const BridgeConfig& config, const LinkFinder& find_link) {
  const Bridge* before = bridges_.find(config.name);
  if (before && before->config == config) return;
  check(config);
  flush_flows();
  BridgesById concerned = bridge_and_neighbours(config.name);
  try {
    const BridgeSet::Change change = bridges_.put(config, find_link);
    Bridge& bridge = *bridges_.find(config.name);
    if (!bridge.pipeline) begin_pipeline(bridge);
    apply(change);
    concerned.merge(bridge_and_neighbours(config.name));
    update_trees(concerned);
  } catch (...) {
    remove_bridge(config.name);  // half a bridge would pass for a whole one at the next put
    throw;
  }
}

void SlowPath::remove_bridge(std::string_view name) {
  flush_flows();
  BridgesById neighbours = bridge_and_neighbours(name);
  if (const Bridge* bridge = bridges_.find(name)) neighbours.erase(bridge->id);
  apply(bridges_.remove(name));
  update_trees(neighbours);
}

void SlowPath::set_running(std::string_view name, bool running) {
  Bridge* bridge = bridges_.find(name);
  if (!bridge) throw Error("there is no switch " + std::string(name));
  if (bridge->running == running) return;
  flush_flows();
  bridge->running = running;
  bridge->macs.clear();
  update_trees(bridge_and_neighbours(name));
}

// Numbers of removed ports may be among the added ones, so removing comes first.
void SlowPath::apply(const BridgeSet::Change& change) {
  for (const PortNo port : change.removed) datapath_.remove_port(port);
  for (const BridgePort* port : change.added)
    datapath_.put_port(port->number, {port->config.ifindex, port->link.mtu});
  refresh_captured();
}

void SlowPath::link_changed(IfIndex index, const LinkFacts& link) {
  BridgePort* port = bridges_.port(index);
  if (!port || port->link == link) return;
  flush_flows();
  if (port->link.up && !link.up) port->bridge->macs.forget_port(port->number);
  if (port->link.mtu != link.mtu) datapath_.put_port(port->number, {index, link.mtu});
  port->link = link;
  BridgesById concerned{{port->bridge->id, port->bridge}};
  if (port->peer) concerned[port->peer->bridge->id] = port->peer->bridge;
  update_trees(concerned);
}

void SlowPath::captures_changed(const CaptureSet& captures) {
  if (captures == captures_) return;
  flush_flows();
  captures_ = captures;
  refresh_captured();
}

void SlowPath::refresh_captured() {
  for (const auto& [name, bridge] : bridges_.bridges()) {
    for (const auto& port : bridge->ports) port->captured = captures_.contains(port->config.ifindex);
  }
}

void SlowPath::upcall(const Upcall& upcall) {
  if (bridges_.has_links() && check_captures_) check_captures_(upcall.now);
  Translation translation = translate(bridges_, upcall.key);
  if (translation.bpdu) return trees_.receive(*translation.bpdu, upcall.packet);
  const bool still_true = learn(translation, upcall.key, upcall.now);
  const SharedActions actions = actions_.share(std::move(translation.actions));
  datapath_.execute(upcall.packet, *actions);
  give_credit(translation.credits, upcall.packet.wire.packets, upcall.packet.wire.bytes);
  warn_about(translation);
  if (still_true) cache(upcall.key, std::move(translation), actions, upcall.now);
}

// False: what was learned would have changed the translation. Then it holds for this packet only.
bool SlowPath::learn(const Translation& translation, const FlowKey& key, TimePoint now) {
  const MacAddress destination = address_of(key.f.eth_dst);
  bool still_true = true;
  for (const Learning& learning : translation.learnings) {
    Bridge& bridge = *learning.port->bridge;
    const auto changed = bridge.macs.learn(mac_key(learning.vlan, key.f.eth_src), learning.port->number, now);
    addresses_changed(bridge, changed);
    still_true &= std::ranges::none_of(changed, [&](MacKey k) { return mac_of(k) == destination; });
  }
  return still_true;
}

void SlowPath::cache(const FlowKey& key, Translation translation, SharedActions actions, TimePoint now) {
  if (!make_room(now)) return;
  const FlowId id = take_id();
  std::ranges::sort(translation.depends);
  translation.depends.erase(std::ranges::unique(translation.depends).begin(), translation.depends.end());
  dependencies_.add(id, translation.depends);
  CachedFlow& flow = flows_[static_cast<size_t>(id)];
  flow = {.source = address_of(key.f.eth_src),
          .credits = std::move(translation.credits),
          .learnings = std::move(translation.learnings),
          .way = std::move(translation.way),
          .settled = {}};
  count_++;
  datapath_.put_flow({id, masked(key, translation.mask), translation.mask, std::move(actions)}, now);
}

bool SlowPath::make_room(TimePoint now) {
  if (count_ < kMaxFlows) return true;
  if (now < full_until_) return false;
  expire_flows(now, kFlowIdleWhenFull);
  if (count_ < kMaxFlows) return true;
  full_until_ = now + kPauseWhenFull;
  return false;
}

FlowId SlowPath::take_id() {
  if (unused_ids_.empty()) {
    flows_.emplace_back();
    return FlowId{static_cast<uint32_t>(flows_.size() - 1)};
  }
  const FlowId id = unused_ids_.back();
  unused_ids_.pop_back();
  return id;
}

void SlowPath::settle_flow(CachedFlow& flow, const FlowStatistics& now) {
  const uint64_t packets = now.packets - flow.settled.packets;
  if (packets == 0) return;
  give_credit(flow.credits, packets, now.bytes - flow.settled.bytes);
  for (const Learning& learning : flow.learnings) {
    const MacKey key = mac_key(learning.vlan, flow.source.bytes.data());
    learning.port->bridge->macs.refresh(key, learning.port->number, now.used);
  }
  flow.settled = now;
}

void SlowPath::settle() {
  datapath_.dump_flows(
      [this](const FlowView& view) { settle_flow(flows_[static_cast<size_t>(view.id)], view.statistics); });
}

void SlowPath::remove_flow(FlowId id) {
  CachedFlow& flow = flows_[static_cast<size_t>(id)];
  settle_flow(flow, datapath_.remove_flow(id));
  dependencies_.remove(id);
  count_--;
  flow = {};
  unused_ids_.push_back(id);
}

void SlowPath::flush_flows() {
  if (count_ == 0) return;
  settle();
  datapath_.flush_flows();
  dependencies_.clear();
  flows_.clear();
  unused_ids_.clear();
  count_ = 0;
}

void SlowPath::maintain(TimePoint now) {
  expire_flows(now, kFlowIdle);
  age_addresses(now);
}

void SlowPath::expire_flows(TimePoint now, Duration idle) {
  std::vector<FlowId> expired;
  datapath_.dump_flows([&](const FlowView& view) {
    settle_flow(flows_[static_cast<size_t>(view.id)], view.statistics);
    if (now - view.statistics.used >= idle) expired.push_back(view.id);
  });
  for (const FlowId id : expired) remove_flow(id);
}

void SlowPath::age_addresses(TimePoint now) {
  for (const auto& [name, bridge] : bridges_.bridges()) {
    addresses_changed(*bridge, bridge->macs.expire(now, bridge->config.mac_ageing));
  }
}

void SlowPath::addresses_changed(const Bridge& bridge, const std::vector<MacKey>& keys) {
  for (const MacKey key : keys) remove_dependents(dependency_tag(bridge, key));
}

void SlowPath::remove_dependents(DependencyTag tag) {
  for (const FlowId flow : dependencies_.dependents(tag)) remove_flow(flow);
}

SpanningTrees::Actions SlowPath::tree_actions() {
  return {.state_changed =
              [this](const BridgePort& port) {
                remove_dependents(port_state_tag(port));
                remove_dependents(flood_tag(*port.bridge));
              },
          .forget_addresses =
              [this](BridgePort& port) {
                addresses_changed(*port.bridge, port.bridge->macs.forget_port(port.number));
              },
          .send = [this](const BridgePort& port,
                         std::span<const uint8_t> frame) { datapath_.send(port.number, frame); }};
}

SlowPath::BridgesById SlowPath::bridge_and_neighbours(std::string_view name) const {
  Bridge* bridge = bridges_.find(name);
  if (!bridge) return {};
  BridgesById all{{bridge->id, bridge}};
  for (const auto& port : bridge->ports) {
    if (port->peer) all[port->peer->bridge->id] = port->peer->bridge;
  }
  return all;
}

void SlowPath::update_trees(const BridgesById& bridges) {
  for (const auto& [id, bridge] : bridges) trees_.update(*bridge);
}

void SlowPath::tick_spanning_trees() { trees_.tick(bridges_); }

bool SlowPath::has_spanning_trees() const {
  return std::ranges::any_of(bridges_.bridges(), [](const auto& b) { return b.second->tree.has_value(); });
}

void SlowPath::flush(std::string_view name) {
  Bridge* bridge = bridges_.find(name);
  if (!bridge) throw Error("there is no switch " + std::string(name));
  flush_flows();
  bridge->macs.clear();
}

bool SlowPath::idle() const {
  return count_ == 0 &&
         std::ranges::all_of(bridges_.bridges(), [](const auto& b) { return b.second->macs.size() == 0; });
}

PortTotals SlowPath::totals(const BridgePort& port) const {
  const PortStatistics seen = datapath_.port_statistics(port.number);
  return {sum(seen.rx, port.rx), sum(seen.tx, port.tx)};
}

bool SlowPath::passes(FlowId flow, const Bridge& bridge) const {
  const auto& way = flows_[static_cast<size_t>(flow)].way;
  return std::ranges::find(way, &bridge) != way.end();
}

void SlowPath::warn_about(const Translation& translation) {
  if (!warn_) return;
  if (!translation.loop.empty()) {
    warn_(translation.loop,
          "a loop was noticed: " + translation.loop +
              "; its packets are dropped. Remove a link, or switch spanning tree on at all switches (stp).");
  } else if (translation.over_budget) {
    warn_("budget", "a packet that came to " + translation.way.front()->config.name +
                        " would go through more than " + std::to_string(kMaxVisits) +
                        " switches or to more than " + std::to_string(kMaxDepartures) +
                        " ports at once; such packets are dropped. Split the network with VLANs or routers.");
  }
}

}  // namespace flowbed::sw
