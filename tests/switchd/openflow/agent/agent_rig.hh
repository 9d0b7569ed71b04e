// A switch with three ports and controllers that are connected to it, without any socket.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchd/datapath/userspace/userspace_datapath.hh"
#include "switchd/openflow/agent/agent.hh"
#include "switchd/openflow/fault_codec.hh"
#include "switchd/openflow/message_types.hh"
#include "tests/switchd/recording_output.hh"
#include "tests/switchd/slowpath/bridges.hh"

namespace flowbed::sw::ofp {

using namespace std::chrono_literals;
using enum OfVersion;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Messages = std::vector<ofp::Bytes>;
inline constexpr OfVersion kAllVersions[] = {OfVersion::k10, OfVersion::k13, OfVersion::k14};
inline constexpr uint32_t kXid = 77;

inline Messages cut(std::span<const uint8_t> bytes) {
  Framer framer;
  framer.feed(bytes);
  Messages messages;
  while (auto message = framer.next()) messages.push_back(*message);
  EXPECT_EQ(framer.waiting(), 0u);
  return messages;
}

class Controller {
 public:
  Controller(OpenFlowAgent& agent, OfVersion version, const TimePoint& now)
      : version_(version), now_(now), connection_(agent.connect(now)) {
    const OfVersion versions[] = {version};
    send(make_hello(versions));
    take();
  }

  void send(const Request& request, uint32_t xid = kXid) {
    send(encode_request(request, version_, xid, connection_->session().dialect));
  }
  void send(const ofp::Bytes& bytes) { connection_->receive(bytes, now_); }
  Messages take() { return cut(connection_->take_output()); }
  Messages ask(const Request& request, uint32_t xid = kXid) {
    send(request, xid);
    return take();
  }
  // What `request` is refused by; nothing: no error came.
  std::optional<ErrorCode> error(const Request& request) {
    send(request);
    for (const ofp::Bytes& message : take()) {
      if (const auto code = error_in(message)) return code;
    }
    return std::nullopt;
  }
  static std::optional<ErrorCode> error_in(const ofp::Bytes& message) {
    if (message[1] != 1) return std::nullopt;
    return ErrorCode{read_u16(&message[8]), read_u16(&message[10])};
  }
  ErrorCode code(OfFaultKind fault) const {
    const ErrorMessage error = error_reply(fault, version_, {});
    return {error.type, error.code};
  }
  Messages expected(const Reply& reply, uint32_t xid = kXid) const { return encode(reply, version_, xid); }
  // The types of the messages that came.
  std::vector<MessageType> types() {
    std::vector<MessageType> types;
    for (const ofp::Bytes& message : take()) types.push_back(*message_type(version_, message[1]));
    return types;
  }

  Connection& connection() { return *connection_; }
  OfVersion version() const { return version_; }
  const Session& session() const { return connection_->session(); }
  void hang_up() { connection_.reset(); }

 private:
  OfVersion version_;
  const TimePoint& now_;
  std::unique_ptr<Connection> connection_;
};

class AgentRig {
 public:
  explicit AgentRig(AgentOptions options = {}) : options_(std::move(options)) {
    slow_path.set_openflow_events(
        {.packet_in = [this](const sw::PacketIn& event) { agent.packet_in(event); },
         .rule_removed = [this](const Bridge&, const Rule& rule, RemovalReason reason,
                                TimePoint when) { agent.rule_removed(rule, reason, when); },
         .port_changed = [this](const Bridge&, const BridgePort&,
                                sw::PortChange) { agent.ports_changed(now); }});
    put_ports(3);
  }

  void put_ports(int count) {
    BridgeConfig config = BridgeBuilder(1).ports(1, count).config();
    config.fail_mode = FailMode::kSecure;
    slow_path.put_bridge(config, all_links_up);
    agent.ports_changed(now);
  }
  Controller controller(OfVersion version) { return Controller(agent, version, now); }
  Bridge& bridge() { return *slow_path.bridges().find("s1"); }
  size_t rules() { return bridge().pipeline->tables.size(); }

  void receive(int port, const Packet& packet) {
    ReceivedPacket burst[] = {{port_index(1, port), packet}};
    datapath.receive(burst, now);
  }
  void receive(int port, size_t payload = 100) {
    const sw::Bytes bytes = ethernet(kMac2, kMac1, 0x0800).zeros(payload);
    receive(port, packet_of(bytes));
  }
  std::vector<IfIndex> sent() {
    std::vector<IfIndex> to;
    for (const Sent& packet : output.take()) to.push_back(packet.to);
    return to;
  }

  AgentOptions options_;
  RecordingOutput output;
  UserspaceDatapath datapath{output};
  SlowPath slow_path{datapath};
  OpenFlowAgent agent{slow_path, "s1", options_};
  TimePoint now{1h};
};

inline OfPort of_port(uint32_t number) { return OfPort{number}; }

inline FlowMod rule(OfPort out, uint16_t priority = 100, uint16_t max_len = kWholePacket) {
  FlowMod mod{.priority = priority};
  mod.instructions.has_apply = true;
  mod.instructions.apply.push_back(of::Output{.port = out, .max_len = max_len});
  return mod;
}
inline FlowMod delete_all() { return {.command = FlowMod::Command::kDelete, .table = kTableAll}; }
inline GroupMod group(uint32_t id, OfPort out = of_port(2)) {
  return {.id = id, .buckets = {{.actions = {of::Output{.port = out}}}}};
}
inline MeterMod meter(uint32_t id) {
  return {.meter = {.id = id, .flags = MeterConfig::kKbps, .bands = {{.rate = 1000}}}};
}

inline ofp::Bytes frame(size_t payload = 100) { return ethernet(kMac2, kMac1, 0x0800).zeros(payload).get(); }

}  // namespace flowbed::sw::ofp
