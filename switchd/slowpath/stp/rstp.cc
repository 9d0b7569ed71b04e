#include "switchd/slowpath/stp/rstp.hh"

#include <utility>

#include "switchd/slowpath/stp/machines.hh"

namespace flowbed::sw {
namespace {

void count_down(uint16_t& timer) {
  if (timer > 0) timer--;
}

void tick_port(RstpPort& port) {
  for (uint16_t* timer :
       {&port.edge_delay_while, &port.fd_while, &port.hello_when, &port.mdelay_while, &port.rb_while,
        &port.rcvd_info_while, &port.rr_while, &port.tc_while, &port.tx_count})
    count_down(*timer);
  port.received_since_tick = 0;
}

void reselect_all(RstpState& state) {
  for (auto& [number, port] : state.ports) {
    port.reselect = true;
    port.selected = false;
  }
}

// A frame of this very port, come back.
bool is_own(const RstpState& state, const RstpPort& port, const Bpdu& bpdu) {
  return bpdu.kind != Bpdu::Kind::kTopologyChangeNotification &&
         bpdu.priority.designated_bridge == state.id && bpdu.priority.designated_port == port.id;
}

void count(BpduCounters& counters, Bpdu::Kind kind) {
  switch (kind) {
    case Bpdu::Kind::kConfiguration:
      counters.configuration++;
      return;
    case Bpdu::Kind::kTopologyChangeNotification:
      counters.notification++;
      return;
    case Bpdu::Kind::kRapid:
      counters.rapid++;
      return;
  }
}

bool is_in_transition(const RstpPort& port) {
  if (!port.enabled) return false;
  if (!port.selected || port.updt_info || port.role != port.selected_role) return true;
  const bool opens = port.role == PortRole::kRoot || port.role == PortRole::kDesignated;
  return opens && !port.forwarding;
}

}  // namespace

RstpEffects Rstp::configure(const RstpConfig& wanted) {
  set_bridge(wanted);
  remove_ports_not_in(wanted);
  for (const auto& [number, port] : wanted.ports) put_port(number, port);
  return run();
}

void Rstp::set_bridge(const RstpConfig& wanted) {
  if (state_.id == wanted.id && state_.bridge_times == wanted.times) return;
  state_.id = wanted.id;
  state_.bridge_times = wanted.times;
  reselect_all(state_);
}

void Rstp::remove_ports_not_in(const RstpConfig& wanted) {
  const auto stays = [&](const auto& entry) {
    const auto found = wanted.ports.find(entry.first);
    return found != wanted.ports.end() && found->second.link == entry.second.link;
  };
  const size_t removed = std::erase_if(
      configured_, [&](const auto& entry) { return !stays(entry) && state_.ports.erase(entry.first) == 1; });
  if (removed > 0) reselect_all(state_);
}

void Rstp::put_port(uint16_t number, const RstpPortConfig& wanted) {
  const auto [configured, fresh] = configured_.try_emplace(number, wanted);
  if (!fresh && configured->second == wanted) return;
  RstpPort& port = state_.ports[number];
  port.id = make_port_id(number);
  port.enabled = wanted.enabled;
  port.path_cost = wanted.path_cost;
  if (fresh || port.admin_edge != wanted.admin_edge) port.oper_edge = wanted.admin_edge;
  port.admin_edge = wanted.admin_edge;
  port.reselect = true;
  port.selected = false;
  if (fresh) begin(state_, port);
  configured->second = wanted;
}

RstpEffects Rstp::receive(uint16_t number, const Bpdu& bpdu) {
  const auto found = state_.ports.find(number);
  if (found == state_.ports.end() || !found->second.enabled) return {};
  RstpPort& port = found->second;
  count(port.rx, bpdu.kind);
  if (port.received_since_tick >= kMaxReceived || is_own(state_, port, bpdu)) {
    port.rx_ignored++;
    return {};
  }
  port.received_since_tick++;
  port.message = bpdu;
  port.rcvd_bpdu = true;
  return run();
}

RstpEffects Rstp::tick() {
  state_.seconds_since_change++;
  for (auto& [number, port] : state_.ports) tick_port(port);
  return run();
}

RstpEffects Rstp::run() {
  run_machines(state_);
  return std::exchange(state_.effects, {});
}

const RstpPort* Rstp::port(uint16_t number) const {
  const auto found = state_.ports.find(number);
  return found == state_.ports.end() ? nullptr : &found->second;
}

std::vector<uint16_t> Rstp::ports_in_transition() const {
  std::vector<uint16_t> numbers;
  for (const auto& [number, port] : state_.ports) {
    if (is_in_transition(port)) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace flowbed::sw
