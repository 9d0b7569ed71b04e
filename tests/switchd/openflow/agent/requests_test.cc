// Each request in each version that has it.
#include "switchd/openflow/agent/ports.hh"
#include "tests/switchd/openflow/agent/agent_rig.hh"
#include "tests/switchd/openflow/sample_messages.hh"

namespace flowbed::sw::ofp {
namespace {

class Requests : public testing::TestWithParam<OfVersion> {
 protected:
  bool is(OfVersion version) const { return GetParam() == version; }

  AgentRig rig_;
  Controller controller_ = rig_.controller(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Versions, Requests, testing::ValuesIn(kAllVersions),
                         [](const auto& test) { return "v" + std::to_string(static_cast<int>(test.param)); });

TEST_P(Requests, NothingEndsTheConversation) {
  for (const Request& request : sample_requests(GetParam())) {
    controller_.send(request);
    controller_.take();
    ASSERT_FALSE(controller_.connection().closed())
        << *controller_.connection().closed() << " after request " << request.index();
  }
}

TEST_P(Requests, EchoAndBarrier) {
  EXPECT_EQ(controller_.ask(EchoRequest{{1, 2, 3}}), controller_.expected(EchoReply{{1, 2, 3}}));
  EXPECT_EQ(controller_.ask(BarrierRequest{}), controller_.expected(BarrierReply{}));
}

TEST_P(Requests, Features) {
  FeaturesReply expected{
      .dpid = 1,
      .buffers = 256,
      .tables = 254,
      .capabilities = kFlowStats | kTableStats | kPortStats | kGroupStats | kQueueStats | kArpMatchIp};
  for (const auto& port : rig_.bridge().ports) expected.ports.push_back(describe(*port));
  EXPECT_THAT(expected.ports, SizeIs(3));
  EXPECT_EQ(controller_.ask(FeaturesRequest{}), controller_.expected(expected));
}

TEST_P(Requests, Desc) {
  EXPECT_EQ(controller_.ask(DescRequest{}),
            controller_.expected(DescReply{.manufacturer = "Flowbed",
                                           .hardware = "flow-caching software switch",
                                           .software = AgentOptions{}.software,
                                           .serial = "none",
                                           .datapath = "s1"}));
}

TEST_P(Requests, Configuration) {
  SetConfig config;
  config.flags = kFragmentsDrop;
  config.miss_send_size = 500;
  EXPECT_THAT(controller_.ask(config), IsEmpty());
  EXPECT_TRUE(rig_.bridge().pipeline->drops_fragments);
  EXPECT_EQ(controller_.ask(GetConfigRequest{}), controller_.expected(ConfigReply{config}));
  config.flags = kFragmentsReassemble;
  EXPECT_EQ(controller_.error(config), controller_.code(OfFaultKind::kSwitchConfigBadFlags));
  EXPECT_EQ(controller_.session().miss_send_size, 500);
}

TEST_P(Requests, FragmentsAreDroppedOnDemand) {
  controller_.send(rule(of_port(2)));
  const sw::Bytes bytes = ipv4(ethernet(kMac2, kMac1, 0x0800), "10.0.0.1", "10.0.0.2", 17, 0x2000).zeros(30);
  rig_.receive(1, packet_of(bytes));
  EXPECT_THAT(rig_.sent(), SizeIs(1));
  SetConfig config;
  config.flags = kFragmentsDrop;
  controller_.send(config);
  rig_.receive(1, packet_of(bytes));
  EXPECT_THAT(rig_.sent(), IsEmpty());
  rig_.receive(1);
  EXPECT_THAT(rig_.sent(), SizeIs(1));
}

TEST_P(Requests, FlowsAreChangedAndCounted) {
  controller_.send(rule(of_port(2), 5));
  EXPECT_THAT(controller_.take(), IsEmpty());
  rig_.receive(1);
  rig_.receive(1);
  EXPECT_THAT(rig_.sent(), ElementsAre(port_index(1, 2), port_index(1, 2)));
  rig_.now += 3s;
  FlowStats stats{.priority = 5, .age = 3s, .packets = 2, .bytes = 228};
  stats.instructions = rule(of_port(2)).instructions;
  EXPECT_EQ(controller_.ask(FlowStatsRequest{}), controller_.expected(FlowStatsReply{{stats}}));
  EXPECT_EQ(controller_.ask(AggregateStatsRequest{}),
            controller_.expected(AggregateStatsReply{.packets = 2, .bytes = 228, .rules = 1}));
  EXPECT_THAT(controller_.ask(delete_all()), IsEmpty());
  EXPECT_EQ(controller_.ask(FlowStatsRequest{}), controller_.expected(FlowStatsReply{}));
  rig_.receive(1);
  EXPECT_THAT(rig_.sent(), IsEmpty());
}

TEST_P(Requests, FaultsOfFlowsAreTold) {
  FlowMod mod = rule(of_port(2));
  controller_.send(mod);
  mod.flags = kFlowCheckOverlap;
  EXPECT_EQ(controller_.error(mod), controller_.code(OfFaultKind::kOverlap));
  EXPECT_EQ(controller_.error(rule(OfPort{0})), controller_.code(OfFaultKind::kBadOutPort));
  EXPECT_EQ(rig_.rules(), 1u);
}

TEST_P(Requests, TableStats) {
  controller_.send(rule(of_port(2)));
  rig_.receive(1);
  TableStatsReply expected;
  for (unsigned id = 0; id < 254; id++)
    expected.tables.push_back({.table = static_cast<uint8_t>(id),
                               .name = "table" + std::to_string(id),
                               .max_rules = 1'000'000,
                               .rules = id == 0,
                               .lookups = id == 0,
                               .matches = id == 0});
  EXPECT_EQ(controller_.ask(TableStatsRequest{}), controller_.expected(expected));
}

TEST_P(Requests, PortStatsAndDescriptions) {
  controller_.send(rule(of_port(2)));
  rig_.receive(1);
  rig_.now += 10s;
  const PortStats one{.port = of_port(1), .rx_packets = 1, .rx_bytes = 114, .age = 10s};
  EXPECT_EQ(controller_.ask(PortStatsRequest{of_port(1)}), controller_.expected(PortStatsReply{{one}}));
  const PortStats two{.port = of_port(2), .tx_packets = 1, .tx_bytes = 114, .age = 10s};
  const PortStats three{.port = of_port(3), .age = 10s};
  EXPECT_EQ(controller_.ask(PortStatsRequest{}), controller_.expected(PortStatsReply{{one, two, three}}));
  EXPECT_EQ(controller_.error(PortStatsRequest{of_port(9)}), controller_.code(OfFaultKind::kBadRequestPort));
  PortDescReply ports;
  for (const auto& port : rig_.bridge().ports) ports.ports.push_back(describe(*port));
  EXPECT_EQ(controller_.ask(PortDescRequest{}), controller_.expected(ports));
}

TEST_P(Requests, QueuesAreNone) {
  EXPECT_EQ(controller_.ask(QueueStatsRequest{}), controller_.expected(QueueStatsReply{}));
  EXPECT_EQ(controller_.error(QueueStatsRequest{.port = of_port(9)}),
            controller_.code(OfFaultKind::kQueueBadPort));
  EXPECT_EQ(controller_.error(QueueStatsRequest{.queue = 1}), controller_.code(OfFaultKind::kQueueBadQueue));
  EXPECT_EQ(controller_.ask(QueueConfigRequest{.port = of_port(1)}),
            controller_.expected(QueueConfigReply{.port = of_port(1), .queues = {}}));
  EXPECT_EQ(controller_.error(QueueConfigRequest{.port = of_port(9)}),
            controller_.code(OfFaultKind::kQueueBadPort));
}

TEST_P(Requests, PortsAreChanged) {
  const PhyPort port = describe(*rig_.bridge().ports[1]);
  PortMod mod{.port = port.number, .address = port.address, .config = kPortNoForward, .mask = kPortNoForward};
  controller_.send(mod);
  EXPECT_THAT(controller_.types(), ElementsAre(MessageType::kPortStatus));
  EXPECT_EQ(rig_.bridge().ports[1]->flags, kPortNoForward);
  controller_.send(rule(of_port(2)));
  rig_.receive(1);
  EXPECT_THAT(rig_.sent(), IsEmpty());
  mod.config = kPortDown;
  mod.mask = kPortNoForward | kPortDown;
  controller_.send(mod);
  EXPECT_EQ(rig_.bridge().ports[1]->flags, kPortDown);
  rig_.receive(1);
  EXPECT_THAT(rig_.sent(), IsEmpty());
  mod.config = 0;
  controller_.send(mod);
  rig_.receive(1);
  EXPECT_THAT(rig_.sent(), SizeIs(1));
  controller_.take();
  mod.address.bytes[5]++;
  EXPECT_EQ(controller_.error(mod), controller_.code(OfFaultKind::kPortModBadHardwareAddress));
  mod.port = of_port(9);
  EXPECT_EQ(controller_.error(mod), controller_.code(OfFaultKind::kPortModBadPort));
}

TEST_P(Requests, PacketsAreSent) {
  PacketOut out{.actions = {of::Output{.port = of_port(2)}}, .frame = frame()};
  EXPECT_THAT(controller_.ask(out), IsEmpty());
  EXPECT_THAT(rig_.sent(), ElementsAre(port_index(1, 2)));
  out.in_port = of_port(2);
  out.actions = {of::Output{.port = kOfPortFlood}};
  EXPECT_THAT(controller_.ask(out), IsEmpty());
  EXPECT_THAT(rig_.sent(), ElementsAre(port_index(1, 1), port_index(1, 3)));
  out.frame.resize(5);
  EXPECT_EQ(controller_.error(out), controller_.code(OfFaultKind::kBadPacket));
  out.frame = frame();
  out.in_port = OfPort{0};
  EXPECT_EQ(controller_.error(out), controller_.code(OfFaultKind::kBadRequestPort));
}

TEST_P(Requests, GroupsAndMeters) {
  if (is(k10)) return;  // it has none
  controller_.send(group(5));
  EXPECT_EQ(controller_.error(group(5)), controller_.code(OfFaultKind::kGroupExists));
  controller_.send(meter(7));
  FlowMod mod = rule(of_port(2));
  mod.instructions.meter = 7;
  mod.instructions.apply = {of::Group{5}};
  EXPECT_THAT(controller_.ask(mod), IsEmpty());
  rig_.receive(1);
  EXPECT_THAT(rig_.sent(), ElementsAre(port_index(1, 2)));
  rig_.now += 2s;
  const Counts counts{1, 114};
  EXPECT_EQ(controller_.ask(GroupStatsRequest{}),
            controller_.expected(GroupStatsReply{
                {{.group = 5, .references = 1, .counts = counts, .age = 2s, .buckets = {counts}}}}));
  EXPECT_EQ(controller_.ask(GroupDescRequest{}),
            controller_.expected(GroupDescReply{{{GroupType::kAll, 5, group(5).buckets}}}));
  EXPECT_EQ(controller_.ask(MeterStatsRequest{7}),
            controller_.expected(
                MeterStatsReply{{{.meter = 7, .rules = 1, .in = counts, .age = 2s, .bands = {{}}}}}));
  EXPECT_EQ(controller_.ask(MeterConfigRequest{}), controller_.expected(MeterConfigReply{{meter(7).meter}}));
  EXPECT_EQ(controller_.error(MeterStatsRequest{8}), controller_.code(OfFaultKind::kUnknownMeter));
  EXPECT_EQ(controller_.ask(GroupStatsRequest{6}), controller_.expected(GroupStatsReply{}));
  controller_.send(GroupMod{.command = GroupMod::Command::kDelete, .id = kGroupAll});
  EXPECT_EQ(rig_.rules(), 0u);
}

TEST_P(Requests, TablesFeaturesCanBeAskedAndConfirmed) {
  if (is(k10)) return;  // it has none
  const Messages features = controller_.ask(TableFeaturesRequest{});
  EXPECT_GT(features.size(), 1u);
  Messages same;
  for (ofp::Bytes message : features) {  // the reply's messages, sent back as a request
    message[1] = 18;
    controller_.send(message);
    const Messages answer = controller_.take();
    same.insert(same.end(), answer.begin(), answer.end());
  }
  EXPECT_EQ(same, features);
  ofp::Bytes changed = features[0];
  changed[1] = 18;
  changed[10] = changed[11] = 0;
  changed[16 + 40]++;  // metadata
  controller_.send(changed);
  EXPECT_EQ(Controller::error_in(controller_.take().at(0)),
            controller_.code(OfFaultKind::kTableFeaturesBadMetadata));
}

TEST_P(Requests, TablesEvictOnDemand) {
  if (is(k10)) return;  // it has none
  EXPECT_THAT(controller_.ask(TableMod{.table = 3, .config = 0}), IsEmpty());
  EXPECT_EQ(controller_.error(TableMod{.table = 3, .config = kTableVacancyEvents}),
            controller_.code(OfFaultKind::kTableModBadConfig));
  EXPECT_EQ(controller_.error(TableMod{.table = 254}), controller_.code(OfFaultKind::kTableModBadTable));
  if (!is(k14)) return;
  controller_.send(TableMod{.table = 3, .config = kTableEviction});
  TableDescReply expected;
  for (unsigned id = 0; id < 254; id++)
    expected.tables.push_back({.table = static_cast<uint8_t>(id),
                               .config = id == 3 ? kTableEviction : 0,
                               .eviction = kEvictImportance});
  EXPECT_EQ(controller_.ask(TableDescRequest{}), controller_.expected(expected));
}

TEST_P(Requests, BadTablesOfQuestions) {
  if (is(k10)) return;  // it asks for all tables by number 254, too
  EXPECT_EQ(controller_.error(FlowStatsRequest{{.table = 254}}), controller_.code(OfFaultKind::kBadTableId));
}

}  // namespace
}  // namespace flowbed::sw::ofp
