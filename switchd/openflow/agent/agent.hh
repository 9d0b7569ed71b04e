// OpenFlowAgent: one bridge as its controllers see it; the switch's side of OpenFlow 1.0, 1.3 and 1.4.
//
// Each controller has a Connection, which answers requests. Here is what they share: the switch's settings,
// who is master, which ports they were told of; and what the switch tells on its own goes out to them here.
// Several controllers may be equal; at most one is master, and then the others that were it are slaves, whose
// changes are refused (OpenFlow 1.3.5, 6.3.6).
//
// A change takes effect before its request's call returns, so that a barrier is answered at once, and that an
// order is given by the order of messages.
//
// Pure: time comes with each call, and bytes go in and out of connections. All of one thread. The bridge is
// looked up by name whenever something is asked; connections of a bridge that is gone close.
//
// Who owns agents passes on the slow path's events (SlowPath::set_openflow_events) to the agent of the
// event's bridge, and ticks the agent about once a second.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "switchd/openflow/agent/connection.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw::ofp {

class OpenFlowAgent {
 public:
  OpenFlowAgent(SlowPath& slow_path, std::string bridge, AgentOptions options = {});
  ~OpenFlowAgent();  // after all connections are gone
  OpenFlowAgent(const OpenFlowAgent&) = delete;
  OpenFlowAgent& operator=(const OpenFlowAgent&) = delete;

  // With a controller; says hello at once.
  std::unique_ptr<Connection> connect(TimePoint now);

  // Events of this bridge.
  void packet_in(const sw::PacketIn& event);
  void rule_removed(const Rule& rule, RemovalReason reason, TimePoint now);
  void ports_changed(TimePoint now);  // in whatever way: what is new is found by comparing

  // Looks for ports that came and went. Connections have ticks of their own.
  void tick(TimePoint now) { ports_changed(now); }

  const std::vector<Connection*>& connections() const { return connections_; }
  const std::string& bridge_name() const { return bridge_; }
  const AgentOptions& options() const { return options_; }

 private:
  friend class Connection;
  friend class RequestRun;

  struct KnownPort {
    PhyPort description;
    TimePoint since;
  };

  Bridge* bridge() const { return slow_path_.bridges().find(bridge_); }
  void join(Connection& connection);
  void leave(Connection& connection);
  void versions_changed();  // whether packets that no rule matches are asked about

  // Throws OfFault if somebody else has become master, or slave, meanwhile.
  void check_generation(uint64_t generation);
  void become(Connection& connection, Role role);

  void tell(const sw::PacketIn& event, const std::vector<Bytes>& frames, Connection& connection);
  void tell_port(ofp::PortChange change, const PhyPort& port);
  void forward(const RequestForward& request, const Connection& from);

  SlowPath& slow_path_;
  std::string bridge_;
  AgentOptions options_;
  std::vector<Connection*> connections_;  // oldest first
  uint16_t config_flags_ = 0;
  std::optional<uint64_t> generation_;
  std::map<OfPort, KnownPort> ports_;  // as controllers were told
};

}  // namespace flowbed::sw::ofp
