#include "switchd/openflow/agent/agent.hh"

#include <algorithm>

#include "switchd/openflow/agent/packet_in.hh"
#include "switchd/openflow/agent/ports.hh"
#include "switchd/openflow/agent/wire_frames.hh"

namespace flowbed::sw::ofp {
namespace {

FlowRemoved describe(const Rule& rule, RemovalReason reason, TimePoint now) {
  return {.reason = RemovedReason{static_cast<uint8_t>(reason)},
          .table = rule.table,
          .priority = static_cast<uint16_t>(rule.priority),
          .match = rule.match,
          .cookie = rule.cookie,
          .idle_timeout = rule.idle_timeout,
          .hard_timeout = rule.hard_timeout,
          .age = std::max(Duration{}, now - rule.created),
          .packets = rule.counter.packets,
          .bytes = rule.counter.bytes};
}

bool is_another_port(const PhyPort& a, const PhyPort& b) {
  return a.name != b.name || a.address != b.address;
}

}  // namespace

OpenFlowAgent::OpenFlowAgent(SlowPath& slow_path, std::string bridge, AgentOptions options)
    : slow_path_(slow_path), bridge_(std::move(bridge)), options_(std::move(options)) {}

OpenFlowAgent::~OpenFlowAgent() = default;

std::unique_ptr<Connection> OpenFlowAgent::connect(TimePoint now) {
  ports_changed(now);
  return std::unique_ptr<Connection>(new Connection(*this, now));
}

void OpenFlowAgent::join(Connection& connection) { connections_.push_back(&connection); }

void OpenFlowAgent::leave(Connection& connection) {
  std::erase(connections_, &connection);
  versions_changed();
}

void OpenFlowAgent::versions_changed() {
  Bridge* bridge = this->bridge();
  if (!bridge || !bridge->pipeline) return;
  const auto asks = [](const Connection* c) { return c->session_.speaks(OfVersion::k10); };
  slow_path_.programs().punt_misses(*bridge, std::ranges::any_of(connections_, asks));
}

// Generations are numbers on a circle (OpenFlow 1.3.5, 6.3.6).
void OpenFlowAgent::check_generation(uint64_t generation) {
  if (generation_ && static_cast<int64_t>(generation - *generation_) < 0)
    throw OfFault(OfFaultKind::kRoleStale, "another controller has a later generation");
  generation_ = generation;
}

void OpenFlowAgent::become(Connection& connection, Role role) {
  connection.session_.role = role;
  if (role != Role::kMaster) return;
  for (Connection* other : connections_) {
    if (other == &connection || other->session_.role != Role::kMaster) continue;
    other->session_.role = Role::kSlave;
    if (other->session_.speaks(OfVersion::k14) &&
        other->session_.wants(&AsyncConfig::role_status, static_cast<unsigned>(RoleChange::kMasterRequest)))
      other->send(RoleStatus{.role = Role::kSlave,
                             .reason = RoleChange::kMasterRequest,
                             .generation = generation_.value_or(UINT64_MAX)});
  }
}

void OpenFlowAgent::packet_in(const sw::PacketIn& event) {
  std::vector<Connection*> audience;
  for (Connection* connection : connections_) {
    if (wants(connection->session_, event.context, config_flags_)) audience.push_back(connection);
  }
  if (audience.empty()) return;
  const std::vector<Bytes> frames = wire_frames(event.packet);
  for (Connection* connection : audience) tell(event, frames, *connection);
}

void OpenFlowAgent::tell(const sw::PacketIn& event, const std::vector<Bytes>& frames,
                         Connection& connection) {
  Session& session = connection.session_;
  PacketIn message = describe(event.context, session);
  for (const Bytes& frame : frames) {
    if (!session.packet_in_rate.take(event.now)) {
      session.dropped_packet_ins++;
      continue;
    }
    session.packet_ins++;
    attach(frame, event.context, session, message);
    connection.send(message);
  }
}

void OpenFlowAgent::rule_removed(const Rule& rule, RemovalReason reason, TimePoint now) {
  if (!(rule.flags & kFlowSendRemoved)) return;
  FlowRemoved message = describe(rule, reason, now);
  for (Connection* connection : connections_) {
    const Session& session = connection->session_;
    if (!session.version || !session.wants(&AsyncConfig::flow_removed, static_cast<unsigned>(reason)))
      continue;
    message.nicira = session.nicira_flow_removed;
    connection->send(message);
  }
}

void OpenFlowAgent::ports_changed(TimePoint now) {
  const Bridge* bridge = this->bridge();
  if (!bridge) return;
  std::map<OfPort, KnownPort> before = std::exchange(ports_, {});
  for (const auto& port : bridge->ports)
    ports_.emplace(port->config.number, KnownPort{ofp::describe(*port), now});
  for (const auto& [number, known] : before) {
    const auto left = ports_.find(number);
    if (left == ports_.end() || is_another_port(left->second.description, known.description))
      tell_port(PortChange::kDelete, known.description);
  }
  for (auto& [number, port] : ports_) {
    const auto old = before.find(number);
    if (old == before.end() || is_another_port(old->second.description, port.description)) {
      tell_port(PortChange::kAdd, port.description);
      continue;
    }
    port.since = old->second.since;
    if (old->second.description != port.description) tell_port(PortChange::kModify, port.description);
  }
}

void OpenFlowAgent::tell_port(PortChange change, const PhyPort& port) {
  for (Connection* connection : connections_) {
    const Session& session = connection->session_;
    if (session.version && session.wants(&AsyncConfig::port_status, static_cast<unsigned>(change)))
      connection->send(PortStatus{change, port});
  }
}

// Reason 0 is a group's change, 1 a meter's.
void OpenFlowAgent::forward(const RequestForward& request, const Connection& from) {
  const auto reason = static_cast<unsigned>(request.request.index());
  for (Connection* connection : connections_) {
    const Session& session = connection->session_;
    if (connection != &from && session.speaks(OfVersion::k14) &&
        session.wants(&AsyncConfig::request_forward, reason))
      connection->send(request);
  }
}

}  // namespace flowbed::sw::ofp
