// A switch, or two with a link between them, programmed in text, without descriptors. All that can be seen
// from outside is written down as text: frames that leave, packet-ins, rules that were removed.
//
// s1 has the ports 1 … 5 and, as port 6, a link to port 6 of s2.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <arpa/inet.h>

#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "switchd/slowpath/pipeline/syntax/group_syntax.hh"
#include "switchd/slowpath/slow_path.hh"
#include "tests/switchd/slowpath/bridges.hh"
#include "tests/switchd/slowpath/forgetful_datapath.hh"

namespace flowbed::sw {

using namespace std::chrono_literals;

struct SentFrame {
  IfIndex to;
  VlanTag vlan;
  std::vector<uint8_t> bytes;
};

class FrameOutput : public PacketOutput {
 public:
  void attach(IfIndex) override {}
  void send(IfIndex to, const Packet& packet, Counters& tx) override {
    waiting_.push_back({to, packet});
    tx.packets += packet.wire.packets;
    tx.bytes += packet.wire.bytes;
  }
  void flush() override {
    for (const auto& [to, packet] : std::exchange(waiting_, {}))
      frames_.push_back({to, packet.vlan, {packet.bytes.begin(), packet.bytes.end()}});
  }
  uint64_t lost_packets() override { return 0; }
  std::vector<SentFrame> take() { return std::exchange(frames_, {}); }

 private:
  std::vector<std::pair<IfIndex, Packet>> waiting_;
  std::vector<SentFrame> frames_;
};

inline std::string hex_of(std::span<const uint8_t> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

template <class DatapathType = UserspaceDatapath>
class PipelineRig {
 public:
  static constexpr int kPorts = 5, kLinkPort = 6;
  using Lines = std::vector<std::string>;

  explicit PipelineRig(int bridges = 1) {
    slow_path.set_openflow_events({.packet_in = [this](const PacketIn& in) { note(in); },
                                   .rule_removed = [this](const Bridge&, const Rule& rule, RemovalReason why,
                                                          TimePoint) { note(rule, why); },
                                   .port_changed = {}});
    for (int i = 1; i <= bridges; i++) {
      BridgeBuilder builder(i);
      builder.ports(1, kPorts);
      if (bridges > 1) builder.link(kLinkPort, 3 - i, kLinkPort);
      BridgeConfig config = builder.config();
      config.fail_mode = FailMode::kSecure;
      slow_path.put_bridge(config, all_links_up);
    }
  }

  Bridge& bridge(int number = 1) { return *slow_path.bridges().find("s" + std::to_string(number)); }
  Pipeline& pipeline(int number = 1) { return *bridge(number).pipeline; }
  BridgePort& port(int port, int bridge = 1) { return *slow_path.bridges().port(port_index(bridge, port)); }

  // Throw what the slow path throws, and what the syntax does.
  void flow(std::string_view text, FlowMod::Command command = FlowMod::Command::kAdd, int number = 1) {
    slow_path.programs().apply(bridge(number), parse_flow(text, command), now);
  }
  void modify(std::string_view text) { flow(text, FlowMod::Command::kModify); }
  void remove(std::string_view text) { flow(text, FlowMod::Command::kDelete); }
  void group(std::string_view text, GroupMod::Command command = GroupMod::Command::kAdd, int number = 1) {
    slow_path.programs().apply(bridge(number), parse_group(text, command), now);
  }
  void meter(std::string_view text, MeterMod::Command command = MeterMod::Command::kAdd, int number = 1) {
    slow_path.programs().apply(bridge(number), parse_meter(text, command), now);
  }

  void send(int port, const Packet& packet, int number = 1) {
    ReceivedPacket burst[] = {{port_index(number, port), packet}};
    datapath.receive(burst, now);
    deliver(0);
  }
  void send_frame(int port, std::span<const uint8_t> frame, int number = 1) {
    std::vector<uint8_t> storage(frame.size());
    send(port, packet_from_frame(frame, storage), number);
  }
  void packet_out(OfPort in_port, std::string_view actions, std::vector<uint8_t> frame, int number = 1) {
    slow_path.packet_out(bridge(number),
                         {.in_port = in_port, .actions = parse_actions(actions), .frame = std::move(frame)},
                         now);
    deliver(0);
  }
  void link(int number_of_port, bool up, int number = 1) {
    LinkFacts facts = port(number_of_port, number).link;
    facts.up = up;
    slow_path.link_changed(port_index(number, number_of_port), facts);
  }
  void pass(Duration time) {
    now += time;
    slow_path.maintain(now);
  }

  Lines take_events() { return std::exchange(events_, {}); }
  const std::vector<SentFrame>& frames() const { return frames_; }  // that left since the last `clear`
  void clear() {
    frames_.clear();
    events_.clear();
  }
  // The numbers of the ports by which frames have left, and forgets the frames.
  std::vector<int> sent() {
    std::vector<int> ports;
    for (const SentFrame& frame : std::exchange(frames_, {}))
      ports.push_back(static_cast<int>(frame.to) % 1000);
    return ports;
  }

  // What the last frame that left has in this field.
  FieldValue field(std::string_view name) const {
    if (frames_.empty()) return ~FieldValue{0};
    const Packet packet{
        .bytes = frames_.back().bytes, .vlan = frames_.back().vlan, .offload = {}, .wire = {}};
    const Field& wanted = field_named(name);
    const PipelineKey key = pipeline_key(extract_flow_key(packet, PortNo{0}), OfPort{0});
    return has_field(wanted, key) ? read_field(wanted, key) : ~FieldValue{0};
  }
  const FlowCounter& rule_counter(std::string_view match_and_priority) {
    slow_path.settle();
    const FlowMod mod = parse_flow(match_and_priority, FlowMod::Command::kDeleteStrict);
    const uint8_t table = mod.table == kTableAll ? 0 : mod.table;
    return pipeline().tables.table(table).find_same(mod.match, mod.priority)->counter;
  }
  size_t rules(uint8_t table = kTableAll) { return pipeline().tables.select({.table = table}).size(); }

  // All counters and ages.
  Lines state() {
    slow_path.settle();
    Lines lines;
    for (const auto& [name, bridge] : slow_path.bridges().bridges()) describe(*bridge, lines);
    return lines;
  }

  FrameOutput output;
  DatapathType datapath{output};
  SlowPath slow_path{datapath};
  TimePoint now{1h};

 private:
  static constexpr int kMaxHops = 4;  // between bridges, through the link's device

  static std::string format(const FlowCounter& counter) {
    return std::to_string(counter.packets) + " packets, " + std::to_string(counter.bytes) + " bytes, used " +
           std::to_string(counter.used.time_since_epoch().count());
  }

  void deliver(int hops) {
    for (SentFrame& frame : output.take()) {
      const BridgePort* from = slow_path.bridges().port(frame.to);
      if (from->peer) {
        Packet across{.bytes = frame.bytes, .vlan = frame.vlan, .offload = {}, .wire = {}};
        ReceivedPacket burst[] = {{from->peer->config.ifindex, across}};
        if (hops < kMaxHops) datapath.receive(burst, now);
        deliver(hops + 1);
        continue;
      }
      events_.push_back("frame " + from->config.name + " " + std::to_string(frame.vlan.tpid) + "/" +
                        std::to_string(frame.vlan.tci) + " " + hex_of(frame.bytes));
      frames_.push_back(std::move(frame));
    }
  }

  void note(const PacketIn& in) {
    const PuntContext& c = in.context;
    std::string text = "packet-in " + in.bridge.config.name +
                       " reason=" + std::to_string(static_cast<int>(c.reason)) + (c.is_miss ? " miss" : "") +
                       " max_len=" + std::to_string(c.max_len) + " id=" + std::to_string(c.controller_id) +
                       " table=" + std::to_string(c.table) +
                       " cookie=" + std::to_string(static_cast<int64_t>(c.cookie)) +
                       " in_port=" + std::to_string(to_number(c.in_port)) +
                       " metadata=" + std::to_string(be64toh(c.metadata)) +
                       " tun_id=" + std::to_string(be64toh(c.tunnel_id));
    for (size_t i = 0; i < c.registers.size(); i++) {
      if (c.registers[i]) text += " reg" + std::to_string(i) + "=" + std::to_string(ntohl(c.registers[i]));
    }
    events_.push_back(text + " vlan=" + std::to_string(in.packet.vlan.tpid) + "/" +
                      std::to_string(in.packet.vlan.tci) + " " + hex_of(in.packet.bytes));
  }

  void note(const Rule& rule, RemovalReason why) {
    events_.push_back("removed reason=" + std::to_string(static_cast<int>(why)) + " " + describe(rule));
  }

  static std::string describe(const Rule& rule) {
    return "table=" + std::to_string(rule.table) + ",priority=" + std::to_string(rule.priority) + "," +
           format_match(rule.match) + " cookie=" + std::to_string(rule.cookie) +
           " actions=" + format_instructions(*rule.instructions) + ": " + format(rule.counter);
  }

  void describe(const Bridge& bridge, Lines& lines) const {
    const std::string& name = bridge.config.name;
    for (uint8_t id = 0; id <= kMaxTable; id++) {
      const FlowTable* table = bridge.pipeline->tables.find(id);
      if (!table || (table->size() == 0 && table->lookups.packets == 0)) continue;
      lines.push_back(name + " table " + std::to_string(id) + " lookups: " + format(table->lookups) +
                      ", matches: " + format(table->matches));
      table->for_each([&](const Rule& rule) { lines.push_back(name + " " + describe(rule)); });
    }
    for (const auto& [id, group] : bridge.pipeline->groups.groups()) {
      lines.push_back(name + " group " + std::to_string(id) + ": " + format(group.counter));
      for (const FlowCounter& bucket : group.bucket_counters) lines.push_back("  bucket: " + format(bucket));
    }
    for (const auto& [id, meter] : bridge.pipeline->meters.meters()) {
      lines.push_back(name + " meter " + std::to_string(id) + ": " + format(meter->counter));
      for (const Meter::Band& band : meter->bands) lines.push_back("  band: " + format(band.counter));
    }
    for (const auto& port : bridge.ports) {
      const auto [rx, tx] = slow_path.totals(*port);
      lines.push_back(port->config.name + " rx " + format(rx) + ", tx " + format(tx));
    }
    std::map<MacKey, std::string> addresses;
    for (const auto& entry : bridge.macs.entries())
      addresses[entry.key] = " at " + std::to_string(to_number(entry.port)) + " used " +
                             std::to_string(entry.used.time_since_epoch().count());
    for (const auto& [key, where] : addresses)
      lines.push_back(name + " " + mac_of(key).to_string() + " vlan " + std::to_string(vlan_of(key)) + where);
  }

  static std::string format(const Counters& counters) {
    return std::to_string(counters.packets) + "/" + std::to_string(counters.bytes) + "/" +
           std::to_string(counters.dropped);
  }

  Lines events_;
  std::vector<SentFrame> frames_;
};

}  // namespace flowbed::sw
