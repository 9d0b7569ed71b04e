#include "switchd/slowpath/walk.hh"

#include <algorithm>

#include <arpa/inet.h>

#include "switchd/slowpath/normal_switching.hh"
#include "switchd/slowpath/pipeline_run.hh"

namespace flowbed::sw {
namespace {

constexpr uint16_t kVlanIdBits = 0x0fff, kAllTagBits = 0xffff;

bool is_to_bpdu_address(const uint8_t mac[6]) { return memcmp(mac, kBpduAddress, sizeof kBpduAddress) == 0; }

void unite(FlowMask& mask, const FlowMask& other) {
  for (size_t i = 0; i < FLOW_KEY_WORDS; i++) mask.words[i] |= other.words[i];
}

template <class Member>
void fill(Member& member) {
  memset(&member, 0xff, sizeof member);
}

}  // namespace

Walk::Walk(const BridgeSet& bridges, Interruptions& interruptions, const FlowKey& key,
           const Narrator& narrator)
    : bridges_(bridges), interruptions_(interruptions), key_(key), narrator_(narrator) {
  fill(result_.mask.f.in_port);
  fill(result_.mask.f.recirculation);
}

Translation Walk::run() {
  BridgePort* in = bridges_.port(in_port_of(key_));
  if (in) ingress_mtu_ = in->link.mtu;
  if (key_.f.recirculation != 0) {
    resume(key_.f.recirculation);
  } else if (in) {
    const Visit visit{.bridge = in->bridge, .in = in, .from = Visit::kNone, .real = true};
    arrivals_.push_back({visit, PacketState(pipeline_key(key_, in->config.number))});
  }
  return finish();
}

Translation Walk::run_packet_out(Bridge& bridge, const PipelineKey& key, const OfActions& actions) {
  ingress_mtu_ = UINT32_MAX;  // may be as large as it likes: every link on the way is a real one
  BridgePort* in = bridges_.port(in_port_of(key_));
  arrivals_.push_back({{.bridge = &bridge, .in = in, .from = Visit::kNone, .real = true}, PacketState(key)});
  PipelineRun(*this, arrivals_[0].visit, 0, arrivals_[0].state).run_actions(actions);
  current_ = 1;
  return finish();
}

void Walk::resume(uint16_t number) {
  const FrozenPipeline* frozen = interruptions_.frozen.find(number);
  if (!frozen) return;
  const auto bridge =
      std::ranges::find_if(bridges_.bridges(), [&](const auto& b) { return b.second->id == frozen->bridge; });
  if (bridge == bridges_.bridges().end()) return;
  PipelineKey key = frozen->pipeline;
  key.f.packet = key_;
  const Visit visit{.bridge = bridge->second.get(),
                    .in = bridge->second->find_port(frozen->in_port),
                    .from = Visit::kNone,
                    .real = true,
                    .mirrored = frozen->mirrored};
  arrivals_.push_back({visit, PacketState(key)});
  result_.way.push_back(bridge->second.get());
  PipelineRun(*this, arrivals_[0].visit, 0, arrivals_[0].state).resume(*frozen);
  current_ = 1;
}

Translation Walk::finish() {
  for (; current_ < arrivals_.size() && !failed(); current_++) enter(current_);
  tell_leavings();
  if (failed()) give_up();
  result_.actions = compose_actions(vlan_of(key_), std::move(departures_));
  return std::move(result_);
}

void Walk::give_up() {
  departures_.clear();
  result_.credits.clear();
  result_.observations.clear();
  result_.learnings.clear();
  result_.learned_rules.clear();
  result_.closings.clear();
  const Arrival& first = arrivals_.front();
  if (first.visit.in) credit(first.visit, first.visit.in, Credit::Kind::kRxDropped, first.state);
}

bool Walk::count_lookup() {
  if (++lookups_ > kMaxLookups) fail_by(Excess::Cause::kLookups);
  return !result_.excess;
}

void Walk::fail_by(Excess::Cause cause) {
  if (result_.excess) return;
  const Visit& visit = arrivals_[current_].visit;
  result_.excess = {cause, visit.bridge};
  say(visit, [&] { return describe(*result_.excess); });
}

void Walk::look_at(const PacketState& state, const PipelineMask& mask) {
  unite(result_.mask, state.original(mask));
}

void Walk::look_at(const PacketState& state, const Field& field) {
  PipelineMask mask = presence_mask(field);
  write_field(field, field.all_ones(), mask);
  look_at(state, mask);
}

void Walk::look_at_tag(const PacketState& state, uint16_t tci_bits) {
  PipelineMask mask{};
  mask.f.packet.f.vlan_tpid = 0xffff;
  mask.f.packet.f.vlan_tci = htons(tci_bits);
  look_at(state, mask);
}

void Walk::look_for_more_tags(const PacketState& state) {
  PipelineMask mask{};
  mask.f.packet.f.flags = FLOW_MORE_TAGS;
  look_at(state, mask);
}

void Walk::depend_on_state(const BridgePort& port) {
  if (port.bridge->tree) depend_on(port_state_tag(port));
}

void Walk::note_recirculation(uint16_t number, const PacketState& state) {
  if (state.opaque()) return;
  FlowKey key = state.packet();
  key.f.recirculation = number;
  result_.recirculated.push_back(key);
}

void Walk::credit(const Visit& visit, BridgePort* port, Credit::Kind kind, const PacketState& state) {
  if (visit.real) result_.credits.push_back({port, kind, static_cast<int16_t>(state.growth_with_tags())});
}

void Walk::enter(size_t index) {
  auto& [visit, state] = arrivals_[index];
  if (visit.real) result_.way.push_back(visit.bridge);
  if (!may_come_in(visit, state)) return credit(visit, visit.in, Credit::Kind::kRxDropped, state);
  mirror(visit, visit.in->mirrors_in, state);
  if (visit.real) watch(index);
  // Where spanning tree keeps packets out, no rule lets them in; a normal switch learns who is there.
  if (!may_pass_tree(*visit.in, state)) return NormalSwitching(*this, visit, index, state).run();
  PipelineRun(*this, visit, index, state).run();
}

// For who exports the bridge's traffic.
void Walk::watch(size_t index) {
  auto& [visit, state] = arrivals_[index];
  const MonitorConfig& wanted = visit.bridge->config.monitor;
  if (wanted.sample_one_in != 0) {
    sampled_.emplace_back(index, departures_.size());
    depart(visit, Action::sample(0), state);
  }
  if (wanted.flows) observe(index);
}

void Walk::observe(size_t index) {
  const auto& [visit, state] = arrivals_[index];
  const PipelineMask identity = flow_identity(state.packet());
  look_at(state, identity);
  look_at_tag(state, kVlanIdBits);
  look_for_more_tags(state);
  observed_.push_back(index);
  result_.observations.push_back({.bridge = visit.bridge->id,
                                  .key = masked(state.packet(), identity.f.packet),
                                  .vlan = {state.tag().tpid, state.tag().vid()},
                                  .has_more_tags = (state.packet().f.flags & FLOW_MORE_TAGS) != 0,
                                  .in = visit.in->config.number,
                                  .in_index = visit.in->config.ifindex,
                                  .leaving = {},
                                  .extra_bytes = static_cast<int16_t>(state.growth_with_tags())});
}

// With which tag a packet leaves is told with each sample of its flow, so all packets of that must have it.
void Walk::note_leaving(Visit& visit, const BridgePort& port, const PacketState& state) {
  const MonitorConfig& watched = visit.bridge->config.monitor;
  if (watched.sample_one_in != 0) look_at_tag(state, kAllTagBits);
  visit.leaving.add(port.config.number, port.config.ifindex,
                    watched.sample_one_in != 0 ? state.tag() : VlanTag{});
}

// What those who were shown the packet when it came in could not know yet.
void Walk::tell_leavings() {
  for (const auto& [index, departure] : sampled_) {
    const Visit& visit = arrivals_[index].visit;
    if (departure >= departures_.size()) continue;
    departures_[departure].what.number =
        interruptions_.samples.number_of({visit.in->number, visit.leaving}).value_or(0);
  }
  for (size_t i = 0; i < observed_.size(); i++)
    result_.observations[i].leaving = arrivals_[observed_[i]].visit.leaving;
}

bool Walk::may_come_in(const Visit& visit, const PacketState& state) {
  const BridgePort& in = *visit.in;
  const auto refuse = [&](const char* why) {
    say(visit, [&] { return "comes in at " + in.config.name + ", and is dropped: " + why; });
    return false;
  };
  if (!in.bridge->running) return refuse("the switch is stopped");
  if (!in.link.up) return refuse("the port is down");
  if (in.flags & kPortDown) return refuse("a controller took the port down");
  if (in.mirror_output) return refuse("the port is a mirror's output");
  if (in.flags & kPortNoReceive) return refuse("a controller forbade the port to receive");
  if (!in.bridge->tree) return true;
  depend_on_state(in);
  look_at(state, field_named("eth_dst"));
  if (is_to_bpdu_address(state.packet().f.eth_dst)) {
    result_.bpdu = visit.in;
    return refuse("BPDUs are for spanning tree");
  }
  return true;
}

void Walk::leave(Visit& visit, BridgePort& port, const PacketState& state) {
  const auto drop = [&](const char* why) {
    say(visit, [&] { return port.config.name + " " + why + ": dropped"; });
    credit(visit, &port, Credit::Kind::kTxDropped, state);
  };
  if (!port.link.up) return drop("is down");
  if (port.flags & kPortDown) return drop("is down (a controller said so)");
  if (!may_pass_tree(port, state)) return drop("does not forward (spanning tree)");
  if (port.flags & kPortNoForward) return drop("may not send (a controller said so)");
  mirror(visit, port.mirrors_out, state);
  if (visit.real) note_leaving(visit, port, state);
  if (port.peer) return cross(visit, port, state);
  if (!visit.real) return;
  say(visit, [&] {
    const uint16_t vlan = state.tag().vid();
    return "leaves by " + port.config.name + (vlan ? " in VLAN " + std::to_string(vlan) : "");
  });
  depart(visit, Action::output(port.number), state);
}

bool Walk::may_pass_tree(const BridgePort& port, const PacketState& state) {
  if (port.forwarding) return true;
  look_at(state, field_named("eth_dst"));
  return is_reserved(state.packet().f.eth_dst);
}

void Walk::depart(Visit& visit, Action what, const PacketState& state) {
  if (!visit.real) return;
  if (what.kind == Action::Kind::kRecirculate) visit.leaving.is_known = false;
  if (state.met_original_tag()) {
    fill(result_.mask.f.vlan_tpid);
    fill(result_.mask.f.vlan_tci);
  }
  PacketState last = state;
  last.commit();
  departures_.push_back({what, last.tag(), last.edits(), last.written_tag()});
  if (departures_.size() > kMaxDepartures) fail_by(Excess::Cause::kDepartures);
}

void Walk::cross(Visit& visit, BridgePort& port, const PacketState& state) {
  BridgePort& peer = *port.peer;
  const bool direct = may_bypass(port, state) && may_bypass(peer, state);
  if (visit.real && !direct) depart(visit, Action::output(port.number), state);
  const Visit next{.bridge = peer.bridge, .in = &peer, .from = current_, .real = visit.real && direct};
  if (next.real) {
    say(visit, [&] { return "crosses the link from " + port.config.name + " to " + peer.config.name; });
    credit(next, &port, Credit::Kind::kTx, state);
    credit(next, &peer, Credit::Kind::kRx, state);
  }
  arrivals_.push_back({next, state});
  arrivals_.back().state.enter(peer.config.number);
  if (arrivals_.size() > kMaxVisits) fail_by(Excess::Cause::kVisits);
}

// A packet whose lower headers are not known any more is read anew behind the link.
bool Walk::may_bypass(const BridgePort& port, const PacketState& state) const {
  const auto largest = static_cast<int64_t>(ingress_mtu_) + std::max(0, state.growth());
  return !port.must_be_crossed && !port.link.shaped && !state.opaque() && port.link.mtu >= largest;
}

void Walk::mirror(Visit& visit, uint32_t mirrors, const PacketState& state) {
  for (mirrors &= ~visit.mirrored; mirrors; mirrors &= mirrors - 1) {
    visit.mirrored |= mirrors & -mirrors;
    const BridgePort& output = *visit.bridge->mirror_outputs[static_cast<size_t>(__builtin_ctz(mirrors))];
    if (output.link.up) depart(visit, Action::output(output.number), state);
  }
}

bool Walk::finds_loop(const Visit& visit, size_t index, uint16_t vlan) {
  const uint64_t place = uint64_t{visit.bridge->id} << 16 | vlan;
  const size_t first = seen_.try_emplace(place, index).first->second;
  if (first == index) return false;
  note_loop(first, index);
  return true;
}

// Both visits came to the same bridge. From where their ways part: down the newer one, and back up the older.
void Walk::note_loop(size_t first, size_t second) {
  const std::vector<size_t> one = way_to(first), other = way_to(second);
  size_t shared = 0;
  while (shared < one.size() && shared < other.size() && one[shared] == other[shared]) shared++;
  std::string text = name_of(other[shared - 1]);
  for (size_t i = shared; i < other.size(); i++) text += " – " + name_of(other[i]);
  for (size_t i = one.size(); i-- > shared;) {
    if (i + 1 < one.size()) text += " – " + name_of(one[i]);
  }
  if (shared < one.size()) text += " – " + name_of(one[shared - 1]);
  result_.loop = text;
  say(arrivals_[second].visit, [&] { return "a loop: " + text + "; the packet is dropped"; });
}

std::vector<size_t> Walk::way_to(size_t index) const {  // from the first visit
  std::vector<size_t> way;
  for (; index != Visit::kNone; index = arrivals_[index].visit.from) way.push_back(index);
  std::ranges::reverse(way);
  return way;
}

}  // namespace flowbed::sw
