#include "switchd/slowpath/slow_path.hh"

#include <algorithm>
#include <array>

#include "core/base/error.hh"
#include "switchd/flow/match_format.hh"
#include "switchd/slowpath/pipeline/of_fault.hh"

namespace flowbed::sw {
namespace {

Counters sum(const Counters& a, const Counters& b) {
  return {a.packets + b.packets, a.bytes + b.bytes, a.dropped + b.dropped};
}

}  // namespace

SlowPath::SlowPath(Datapath& datapath)
    : datapath_(datapath), trees_(tree_actions()), flows_(datapath), programs_(flows_) {
  datapath_.set_upcall_handler([this](const Upcall& miss) { upcall(miss); });
  datapath_.set_punt_handler(
      [this](uint32_t number, const Packet& packet, PortNo, TimePoint now) { punt(number, packet, now); });
  datapath_.set_meter_handler([this](uint32_t id, const WireSize& size, TimePoint now) {
    return programs_.run_meter(id, size, now);
  });
  datapath_.set_sample_handler(
      [this](uint32_t number, const Packet& packet, TimePoint) { sample(number, packet); });
  datapath_.set_flow_fault_handler(
      [this](FlowId flow, const std::string& why) { warn_of_refusal(flow, why); });
}

void SlowPath::warn_of_refusal(FlowId flow, const std::string& why) {
  if (!warn_) return;
  const auto [key, mask] = flows_.match(flow);
  warn_("refused flow",
        "the kernel does not take the flow " +
            format_match(key, mask, [this](PortNo port) { return bridges_.port_name(port); }) + ": " + why +
            "; switchd forwards its packets");
}

void SlowPath::set_openflow_events(OpenFlowEvents events) {
  events_ = std::move(events);
  programs_.on_removal(events_.rule_removed);
}

void SlowPath::set_caching(const CachingOptions& caching) {
  flush_flows();
  caching_ = caching;
  programs_.set_options(bridges_, caching.classifier);
  flows_.keep_whole_keys(!caching.megaflows);
  flows_.keep_masks_few(caching.few_masks);
  datapath_.set_caching(caching.datapath);
  refresh_crossings();
}

void SlowPath::set_monitor_events(MonitorEvents events) {
  monitor_ = std::move(events);
  flows_.set_observer(monitor_.observed);
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

// Without a controller, a bridge is a normal switch, unless it shall rather do nothing.
void SlowPath::begin_pipeline(Bridge& bridge) {
  programs_.begin(bridge);
  programs_.reset(bridge, bridge.config.fail_mode == FailMode::kStandalone, monotonic_now());
}

void SlowPath::remove_bridge(std::string_view name) {
  flush_flows();
  BridgesById neighbours = bridge_and_neighbours(name);
  if (Bridge* bridge = bridges_.find(name)) {
    neighbours.erase(bridge->id);
    if (bridge->pipeline) programs_.end(*bridge);
  }
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

void SlowPath::set_standalone(std::string_view name, bool on) {
  Bridge* bridge = bridges_.find(name);
  if (!bridge || bridge->standalone == on) return;
  flush_flows();
  bridge->standalone = on;
}

bool SlowPath::fails_open(std::string_view name) const {
  const Bridge* bridge = bridges_.find(name);
  return bridge && bridge->config.fail_mode == FailMode::kStandalone;
}

// Numbers of removed ports may be among the added ones, so removing comes first.
void SlowPath::apply(const BridgeSet::Change& change) {
  for (const PortNo port : change.removed) datapath_.remove_port(port);
  for (const BridgePort* port : change.added) {
    datapath_.put_port(port->number, {port->config.ifindex, port->link.mtu, port->config.interface});
    tell(*port, PortChange::kAdded);
  }
  datapath_.start_ports();
  refresh_crossings();
}

void SlowPath::link_changed(IfIndex index, const LinkFacts& link) {
  BridgePort* port = bridges_.port(index);
  if (!port || port->link == link) return;
  flush_flows();
  if (port->link.up && !link.up) port->bridge->macs.forget_port(port->number);
  if (port->link.mtu != link.mtu) datapath_.put_port(port->number, {index, link.mtu, port->config.interface});
  port->link = link;
  BridgesById concerned{{port->bridge->id, port->bridge}};
  if (port->peer) concerned[port->peer->bridge->id] = port->peer->bridge;
  update_trees(concerned);
  tell(*port, PortChange::kModified);
}

void SlowPath::captures_changed(const CaptureSet& captures) {
  if (captures == captures_) return;
  flush_flows();
  captures_ = captures;
  refresh_crossings();
}

void SlowPath::refresh_crossings() {
  for (const auto& [name, bridge] : bridges_.bridges()) {
    for (const auto& port : bridge->ports)
      port->must_be_crossed = !caching_.chains || port->config.is_emulated || captures_.contains(port->config.ifindex);
  }
}

void SlowPath::upcall(const Upcall& upcall) {
  if (bridges_.has_links() && check_captures_) check_captures_(upcall.now);
  Translation translation = translate(bridges_, interruptions_, upcall.key);
  if (translation.bpdu) return trees_.receive(*translation.bpdu, upcall.packet);
  count(translation, upcall.packet.wire, upcall.now);  // learning may remove rules, and their counters
  shorten(translation.closings);
  const bool still_true = learn(translation, upcall.now);
  const uint64_t changes = this->changes();
  const SharedActions actions = flows_.share(std::move(translation.actions));
  datapath_.execute(upcall.packet, *actions, {in_port_of(upcall.key), upcall.now});
  warn_about(translation);
  // What a controller, asked in passing, or the packet, when it was recirculated, has changed may concern
  // this flow as well.
  if (still_true && this->changes() == changes)
    flows_.put(upcall.key, std::move(translation), actions, upcall.now);
}

void SlowPath::count(const Translation& translation, const WireSize& size, TimePoint now) const {
  flows_.observe(translation.observations, size.packets, size.bytes, now);
  give_credit(translation.credits, size.packets, size.bytes);
  for (FlowCounter* counter : translation.counters) counter->add(size.packets, size.bytes, now);
}

void SlowPath::punt(uint32_t number, const Packet& packet, TimePoint now) {
  const PuntContext* context = interruptions_.punts.find(number);
  if (!context || !events_.packet_in) return;
  const auto has_id = [&](const auto& entry) { return entry.second->id == context->bridge; };
  const auto bridge = std::ranges::find_if(bridges_.bridges(), has_id);
  if (bridge != bridges_.bridges().end()) events_.packet_in({*bridge->second, *context, packet, now});
}

void SlowPath::sample(uint32_t number, const Packet& packet) {
  const SampleContext* context = interruptions_.samples.find(number);
  BridgePort* in = context ? bridges_.port(context->in) : nullptr;
  if (!in || !monitor_.sampled) return;
  const uint32_t one_in = in->bridge->config.monitor.sample_one_in;
  in->sampler.pass(packet.wire.packets, one_in, random_, [&](uint32_t index, uint64_t pool) {
    std::vector<uint8_t> storage;
    const Packet single = single_packet(packet, index, storage);
    monitor_.sampled({*in, context->leaving, single, pool});
  });
}

// False: what was learned would have changed the translation. Then it holds for this packet only.
bool SlowPath::learn(Translation& translation, TimePoint now) {
  bool still_true = true;
  for (const Learning& learning : translation.learnings) {
    Bridge& bridge = *learning.port->bridge;
    const MacKey address = mac_key(learning.vlan, learning.source.bytes.data());
    const auto changed = bridge.macs.learn(address, learning.port->number, now);
    addresses_changed(bridge, changed);
    still_true &= std::ranges::none_of(changed, [&](MacKey k) {
      return std::ranges::find(translation.destinations, dependency_tag(bridge, k)) !=
             translation.destinations.end();
    });
  }
  return programs_.learn(translation.learned_rules, now, translation.depends) && still_true;
}

void SlowPath::shorten(const std::vector<ClosingRule>& closings) {
  for (const auto& [bridge, rule, timeouts] : closings)
    bridge->pipeline->tables.shorten(*rule, timeouts.idle_timeout, timeouts.hard_timeout);
}

void SlowPath::packet_out(Bridge& bridge, const PacketOut& packet_out, TimePoint now) {
  check(packet_out, *bridge.pipeline);
  if (packet_out.frame.size() < kEthernetHeaderSize)
    throw OfFault(OfFaultKind::kBadPacket, "the packet is too short");
  std::vector<uint8_t> storage(packet_out.frame.size());
  Packet packet = packet_from_frame(packet_out.frame, storage);
  packet.wire = wire_size(packet);
  const BridgePort* in = bridge.find_port(packet_out.in_port);
  const FlowKey key = extract_flow_key(packet, in ? in->number : PortNo{0});
  Translation translation = translate_packet_out(bridges_, interruptions_, bridge,
                                                 pipeline_key(key, packet_out.in_port), packet_out.actions);
  count(translation, packet.wire, now);
  shorten(translation.closings);
  learn(translation, now);
  datapath_.execute(packet, translation.actions, {in_port_of(key), now});
  warn_about(translation);
}

void SlowPath::set_port_flags(BridgePort& port, uint32_t flags) {
  if (port.flags == flags) return;
  flush_flows();
  port.flags = flags;
  tell(port, PortChange::kModified);
}

void SlowPath::tell(const BridgePort& port, PortChange change) {
  if (events_.port_changed) events_.port_changed(*port.bridge, port, change);
}

Translation SlowPath::trace(const FlowKey& key, const Narrator& narrator) {
  return translate(bridges_, interruptions_, key, narrator);
}

// Numbers in actions of cached flows are gone with them.
void SlowPath::flush_flows() {
  flows_.flush();
  interruptions_.frozen.clear();
  interruptions_.punts.clear();
  interruptions_.samples.clear();
}

bool SlowPath::maintain_some(TimePoint now) {
  if (interruptions_.frozen.is_half_full() || interruptions_.punts.is_half_full() ||
      interruptions_.samples.is_half_full())
    flush_flows();
  if (!flows_.go_round(now)) return false;
  age_addresses(now);
  programs_.expire(bridges_, now);
  return true;
}

void SlowPath::settle() { flows_.settle(); }

void SlowPath::age_addresses(TimePoint now) {
  for (const auto& [name, bridge] : bridges_.bridges()) {
    addresses_changed(*bridge, bridge->macs.expire(now, bridge->config.mac_ageing));
  }
}

void SlowPath::addresses_changed(const Bridge& bridge, const std::vector<MacKey>& keys) {
  address_changes_ += keys.size();
  std::vector<DependencyTag> tags;
  for (const MacKey key : keys) tags.push_back(dependency_tag(bridge, key));
  flows_.remove_dependents(tags);
}

SpanningTrees::Actions SlowPath::tree_actions() {
  return {.state_changed =
              [this](const BridgePort& port) {
                flows_.remove_dependents(std::array{port_state_tag(port), flood_tag(*port.bridge)});
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

void SlowPath::end_rules_whose_time_is_over(TimePoint now) { programs_.expire_hard(bridges_, now); }

bool SlowPath::idle() const {
  return flows_.count() == 0 && std::ranges::all_of(bridges_.bridges(), [](const auto& b) {
           return b.second->macs.size() == 0 && !b.second->pipeline->tables.may_expire();
         });
}

PortTotals SlowPath::totals(const BridgePort& port) const {
  const PortStatistics seen = datapath_.port_statistics(port.number);
  return {sum(seen.rx, port.rx), sum(seen.tx, port.tx)};
}

void SlowPath::warn_about(const Translation& translation) {
  if (!warn_) return;
  if (!translation.loop.empty()) {
    warn_(translation.loop,
          "a loop was noticed: " + translation.loop +
              "; its packets are dropped. Remove a link, or switch spanning tree on at all switches (stp).");
  } else if (translation.excess) {
    const auto& [cause, at] = *translation.excess;
    warn_("excess " + std::to_string(static_cast<int>(cause)) + " at " + at->config.name,
          describe(*translation.excess));
  }
}

}  // namespace flowbed::sw
