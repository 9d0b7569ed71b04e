// What controllers are told without asking.
#include "switchd/packet/checksum.hh"
#include "switchd/packet/headers.hh"
#include "tests/switchd/openflow/agent/agent_rig.hh"

namespace flowbed::sw::ofp {
namespace {

// A packet-in as its controller reads it.
struct Told {
  uint32_t buffer;
  uint16_t total_size;
  uint8_t reason;
  ofp::Bytes frame;
};

Told read_packet_in(const ofp::Bytes& message) {
  EXPECT_EQ(message[1], 10);
  const bool v10 = message[0] == 1;
  const size_t match_size = v10 ? 0 : (read_u16(&message[26]) + 7u) / 8 * 8;
  const size_t start = v10 ? 18 : 24 + match_size + 2;
  return {read_u32(&message[8]), read_u16(&message[12]), message[v10 ? 16 : 14],
          ofp::Bytes(message.begin() + static_cast<long>(start), message.end())};
}

class Events : public testing::Test {
 protected:
  std::vector<Told> packet_ins(Controller& controller) {
    std::vector<Told> all;
    for (const ofp::Bytes& message : controller.take()) all.push_back(read_packet_in(message));
    return all;
  }
  AgentRig rig_;
};

TEST_F(Events, MissesGoToVersion10Only) {
  Controller old = rig_.controller(k10), newer = rig_.controller(k13);
  rig_.receive(1, 200);
  const std::vector<Told> told = packet_ins(old);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].total_size, 214);
  EXPECT_EQ(told[0].reason, 0);
  EXPECT_THAT(told[0].frame, SizeIs(128));
  EXPECT_NE(told[0].buffer, kNoBuffer);
  EXPECT_THAT(newer.take(), IsEmpty());
  old.hang_up();
  rig_.receive(1);
  EXPECT_FALSE(rig_.bridge().pipeline->misses_are_punted);
}

TEST_F(Events, TableMissRulesAskNewerVersions) {
  Controller controller = rig_.controller(k13);
  controller.send(rule(kOfPortController, 0));
  rig_.receive(3, 200);
  Messages messages = controller.take();
  PacketIn expected{.total_size = 214, .reason = PacketInReason::kTableMiss, .table = 0, .cookie = 0};
  expected.match.set(field_named("in_port"), 3);
  expected.frame = frame(200);
  EXPECT_EQ(messages, controller.expected(expected, 0));
}

TEST_F(Events, BuffersAreSentByPacketOutAndOnce) {
  for (const OfVersion version : kAllVersions) {
    Controller controller = rig_.controller(version);
    controller.send(delete_all());
    controller.send(rule(kOfPortController, 7, 64));
    rig_.receive(1, 200);
    const std::vector<Told> told = packet_ins(controller);
    ASSERT_THAT(told, SizeIs(1));
    EXPECT_THAT(told[0].frame, SizeIs(64));
    EXPECT_EQ(told[0].reason, 1);
    const PacketOut out{
        .buffer = told[0].buffer, .in_port = of_port(1), .actions = {of::Output{.port = of_port(3)}}};
    EXPECT_THAT(controller.ask(out), IsEmpty());
    EXPECT_THAT(rig_.sent(), ElementsAre(port_index(1, 3)));
    EXPECT_EQ(controller.error(out), controller.code(OfFaultKind::kBufferEmpty));
    PacketOut unknown = out;
    unknown.buffer = 12345;
    EXPECT_EQ(controller.error(unknown), controller.code(OfFaultKind::kBufferUnknown));
  }
}

TEST_F(Events, RulesSendTheBufferThatTheyName) {
  for (const OfVersion version : kAllVersions) {
    Controller controller = rig_.controller(version);
    controller.send(delete_all());
    controller.send(rule(kOfPortController, 7, 64));
    rig_.receive(1);
    FlowMod mod = rule(of_port(2), 8);
    mod.buffer = packet_ins(controller).at(0).buffer;
    EXPECT_THAT(controller.ask(mod), IsEmpty());
    EXPECT_THAT(rig_.sent(), ElementsAre(port_index(1, 2)));
    EXPECT_EQ(controller.error(mod), controller.code(OfFaultKind::kBufferEmpty));
    EXPECT_EQ(rig_.rules(), 2u);
  }
}

TEST_F(Events, TheLast256PacketsAreKept) {
  PacketBuffers buffers;
  std::vector<uint32_t> numbers;
  for (int i = 0; i < 257; i++) numbers.push_back(buffers.keep({of_port(1), frame()}));
  EXPECT_THROW(buffers.take(numbers[0]), OfFault);
  EXPECT_EQ(buffers.take(numbers[1]).frame, frame());
  EXPECT_EQ(buffers.take(numbers[256]).frame, frame());
}

TEST_F(Events, PacketInsAreAsOnTheWire) {
  Controller controller = rig_.controller(k13);
  controller.send(rule(kOfPortController));
  const sw::Bytes bytes = ethernet(kMac2, kMac1, 0x0800).zeros(50);
  rig_.receive(1, packet_of(bytes, vlan_tag(5, 3)));
  const std::vector<Told> told = packet_ins(controller);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].frame,
            sw::Bytes().mac(kMac2).mac(kMac1).u16(0x8100).u16(0x6005).u16(0x0800).zeros(50).get());
}

TEST_F(Events, SuperPacketsComeAsTheirSegments) {
  Controller controller = rig_.controller(k13);
  controller.send(rule(kOfPortController));
  const sw::Bytes bytes =
      tcp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 6), 1000, 80, 0x10).zeros(2500);
  sw::ofp::Bytes whole = bytes.get();
  write_u16(&whole[16], static_cast<uint16_t>(whole.size() - 14));
  Packet packet{.bytes = whole, .vlan = {}, .offload = {}, .wire = {}};
  packet.offload = {.flags = OffloadHeader::kNeedsChecksum,
                    .gso_type = OffloadHeader::kGsoTcp4,
                    .hdr_len = 54,
                    .gso_size = 1000,
                    .csum_start = 34,
                    .csum_offset = 16};
  packet.wire = wire_size(packet);
  rig_.receive(1, packet);
  const std::vector<Told> told = packet_ins(controller);
  ASSERT_THAT(told, SizeIs(3));
  EXPECT_THAT(told[0].frame, SizeIs(1054));
  EXPECT_THAT(told[2].frame, SizeIs(554));
}

TEST_F(Events, UnfinishedChecksumsAreFinished) {
  Controller controller = rig_.controller(k13);
  controller.send(rule(kOfPortController));
  ofp::Bytes whole =
      udp(ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 17), 1000, 53).zeros(4).get();
  write_u16(&whole[16], 32);
  write_u16(&whole[38], 12);
  const uint16_t pseudo = pseudo_header_sum(std::span(whole).subspan(26, 8), 17, 12);
  write_u16(&whole[40], pseudo);
  Packet packet{.bytes = whole, .vlan = {}, .offload = {}, .wire = {}};
  packet.offload = {.flags = OffloadHeader::kNeedsChecksum, .csum_start = 34, .csum_offset = 6};
  packet.wire = wire_size(packet);
  rig_.receive(1, packet);
  const std::vector<Told> told = packet_ins(controller);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(ones_sum(std::span(told[0].frame).subspan(34), pseudo), 0xffff);
}

TEST_F(Events, PacketInsAreLimitedAndCounted) {
  AgentRig rig({.packet_ins_per_second = 10, .packet_in_burst = 5});
  Controller controller(rig.agent, k13, rig.now);
  controller.send(rule(kOfPortController));
  for (int i = 0; i < 20; i++) rig.receive(1);
  EXPECT_THAT(controller.take(), SizeIs(5));
  EXPECT_EQ(controller.session().dropped_packet_ins, 15u);
  rig.now += 300ms;
  for (int i = 0; i < 20; i++) rig.receive(1);
  EXPECT_THAT(controller.take(), SizeIs(3));
}

TEST_F(Events, ControllerIdsChooseTheAudience) {
  Controller one = rig_.controller(k13), two = rig_.controller(k13);
  two.send(SetControllerId{9});
  FlowMod mod = rule(of_port(1));
  mod.instructions.apply = {of::Controller{.id = 9}};
  one.send(mod);
  rig_.receive(1);
  EXPECT_THAT(one.take(), IsEmpty());
  EXPECT_THAT(two.take(), SizeIs(1));
}

TEST_F(Events, InvalidTtlsAreToldOnDemand) {
  const sw::Bytes bytes = [] {
    ofp::Bytes raw = ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 99).get();
    raw[22] = 1;
    return sw::Bytes().add(raw).zeros(30);
  }();
  Controller controller = rig_.controller(k13), old = rig_.controller(k10);
  FlowMod mod = rule(of_port(2));
  mod.match.set(field_named("dl_type"), 0x0800);
  mod.instructions.apply.insert(mod.instructions.apply.begin(), of::DecrementTtl{});
  EXPECT_THAT(controller.ask(mod), IsEmpty());
  rig_.receive(1, packet_of(bytes));
  EXPECT_THAT(controller.take(), IsEmpty());
  EXPECT_THAT(old.take(), IsEmpty());
  controller.send(SetAsync{{.packet_in = {.master = 1u << 2, .slave = {}}}});
  SetConfig config;
  config.flags = kConfigInvalidTtl;
  EXPECT_EQ(controller.error(config), controller.code(OfFaultKind::kSwitchConfigBadFlags));
  EXPECT_THAT(old.ask(config), IsEmpty());
  rig_.receive(1, packet_of(bytes));
  EXPECT_EQ(packet_ins(controller).at(0).reason, 2);
  EXPECT_EQ(packet_ins(old).at(0).reason, 2);
}

TEST_F(Events, RemovedRulesAreToldIfTheyWant) {
  for (const OfVersion version : kAllVersions) {
    Controller controller = rig_.controller(version);
    FlowMod mod = rule(of_port(2), 8);
    mod.flags = kFlowSendRemoved;
    mod.idle_timeout = 10;
    mod.cookie = 42;
    controller.send(mod);
    controller.send(rule(of_port(2), 9));
    rig_.now += 3s;
    controller.send(delete_all());
    FlowRemoved expected{
        .reason = RemovedReason::kDelete, .priority = 8, .cookie = 42, .idle_timeout = 10, .age = 3s};
    EXPECT_EQ(controller.take(), controller.expected(expected, 0));
    controller.send(mod);
    rig_.slow_path.maintain(rig_.now += 11s);
    expected.reason = RemovedReason::kIdleTimeout;
    expected.age = 11s;
    EXPECT_EQ(controller.take(), controller.expected(expected, 0));
  }
}

TEST_F(Events, Version10MayHaveThemInNicirasForm) {
  Controller controller = rig_.controller(k10);
  controller.send(SetFlowFormat{true});
  controller.send(SetPacketInFormat{true});
  rig_.receive(1);
  EXPECT_THAT(controller.types(), ElementsAre(MessageType::kExperimenter));
  FlowMod mod = rule(of_port(2), 8);
  mod.flags = kFlowSendRemoved;
  controller.send(mod);
  controller.send(delete_all());
  EXPECT_THAT(controller.types(), ElementsAre(MessageType::kExperimenter));
}

TEST_F(Events, Version10MayNameTables) {
  Controller controller = rig_.controller(k10);
  controller.send(UseTableIds{true});
  FlowMod mod = rule(of_port(2), 8);
  mod.table = 4;
  controller.send(mod);
  EXPECT_EQ(rig_.bridge().pipeline->tables.table(4).size(), 1u);
}

TEST_F(Events, PortsThatComeGoAndChangeAreTold) {
  Controller controller = rig_.controller(k13);
  const auto told = [&] {
    std::vector<int> changes;
    for (const ofp::Bytes& message : controller.take()) {
      EXPECT_EQ(message[1], 12);
      changes.push_back(message[8] * 100 + message[19]);
    }
    return changes;
  };
  rig_.put_ports(4);
  EXPECT_THAT(told(), ElementsAre(4));
  rig_.put_ports(2);
  EXPECT_THAT(told(), ElementsAre(103, 104));
  rig_.slow_path.link_changed(port_index(1, 1), {.up = false});
  EXPECT_THAT(told(), ElementsAre(201));
  rig_.agent.tick(rig_.now);
  EXPECT_THAT(told(), IsEmpty());
}

}  // namespace
}  // namespace flowbed::sw::ofp
