#include <random>

#include "switchd/openflow/agent/ports.hh"
#include "tests/switchd/openflow/agent/agent_rig.hh"

namespace flowbed::sw::ofp {
namespace {

class Bundles : public testing::TestWithParam<OfVersion> {
 protected:
  using enum BundleCommand;

  Messages control(BundleCommand command, uint16_t flags = kFlags) {
    return controller_.ask(BundleControl{kBundle, command, flags});
  }
  std::optional<ErrorCode> error(BundleCommand command, uint16_t flags = kFlags) {
    return controller_.error(BundleControl{kBundle, command, flags});
  }
  Messages done(BundleCommand command) {
    return controller_.expected(BundleControlReply{kBundle, command, kFlags});
  }
  BundleAdd addition(const BundledRequest& request, uint16_t flags = kFlags) {
    return {.bundle = kBundle, .flags = flags, .request = request};
  }
  void add(const BundledRequest& request, uint32_t xid = kXid) {
    EXPECT_THAT(controller_.ask(addition(request), xid), IsEmpty());
  }
  ErrorCode code(OfFaultKind fault) { return controller_.code(fault); }

  static constexpr uint32_t kBundle = 3;
  static constexpr uint16_t kFlags = kBundleAtomic | kBundleOrdered;
  AgentRig rig_;
  Controller controller_ = rig_.controller(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Versions, Bundles, testing::Values(OfVersion::k13, OfVersion::k14),
                         [](const auto& test) { return "v" + std::to_string(static_cast<int>(test.param)); });

TEST_P(Bundles, AreCommittedInOrder) {
  EXPECT_EQ(control(kOpen), done(kOpenReply));
  add(group(5));
  FlowMod mod = rule(of_port(2));
  mod.instructions.apply = {of::Group{5}};  // which is not there yet
  add(mod);
  add(rule(of_port(3), 200));
  add(PacketOut{.actions = {of::Output{.port = kOfPortTable}}, .frame = frame()});
  EXPECT_EQ(rig_.rules(), 0u);
  EXPECT_EQ(control(kClose), done(kCloseReply));
  EXPECT_EQ(control(kCommit), done(kCommitReply));
  EXPECT_EQ(rig_.rules(), 2u);
  EXPECT_THAT(rig_.sent(), ElementsAre(port_index(1, 3)));
  EXPECT_EQ(error(kCommit), code(OfFaultKind::kBundleBadId));
}

TEST_P(Bundles, ThatFailInTheMiddleChangeNothing) {
  controller_.send(rule(of_port(1), 1));
  controller_.send(group(8));
  const PhyPort port = describe(*rig_.bridge().ports[0]);
  add(delete_all(), 10);
  add(GroupMod{.command = GroupMod::Command::kDelete, .id = kGroupAll}, 11);
  add(PortMod{.port = port.number, .address = port.address, .config = kPortNoForward, .mask = kPortNoForward},
      12);
  add(meter(1), 13);
  add(rule(of_port(2), 2), 14);
  add(PacketOut{.actions = {of::Output{.port = of_port(2)}}, .frame = frame()}, 15);
  FlowMod bad = rule(of_port(2), 3);
  bad.instructions.apply = {of::Group{8}};  // which is gone then
  add(bad, 16);
  const Messages messages = control(kCommit);
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(Controller::error_in(messages[0]), code(OfFaultKind::kBadOutGroup));
  EXPECT_EQ(read_header(messages[0]).xid, 16u);
  EXPECT_EQ(messages[0][12 + 1], *message_number(GetParam(), MessageType::kFlowMod));
  EXPECT_EQ(Controller::error_in(messages[1]), code(OfFaultKind::kBundleMessageFailed));
  EXPECT_EQ(read_header(messages[1]).xid, kXid);
  EXPECT_EQ(rig_.rules(), 1u);
  EXPECT_TRUE(rig_.bridge().pipeline->groups.find(8));
  EXPECT_FALSE(rig_.bridge().pipeline->meters.find(1));
  EXPECT_EQ(rig_.bridge().ports[0]->flags, 0u);
  EXPECT_THAT(rig_.sent(), IsEmpty());
  EXPECT_THAT(controller_.session().bundles, IsEmpty());
}

TEST_P(Bundles, OfMetersAndOverlapsAreRehearsed) {
  controller_.send(meter(1));
  FlowMod metered = rule(of_port(2), 9);
  metered.instructions.meter = 1;
  controller_.send(metered);
  add({MeterMod{.command = MeterMod::Command::kDelete, .meter = {.id = kMeterAll}}});
  FlowMod same = rule(of_port(3), 9);
  same.flags = kFlowCheckOverlap;  // the rule that it would overlap with went with its meter
  add(same);
  EXPECT_EQ(control(kCommit), done(kCommitReply));
  EXPECT_EQ(rig_.rules(), 1u);
  add(same);
  EXPECT_EQ(Controller::error_in(control(kCommit).at(0)), code(OfFaultKind::kOverlap));
}

// What one teacher's end takes along depends on the other teachers, whatever tables they are in.
TEST_P(Bundles, KnowAllTeachersOfARuleThatWasLearned) {
  const auto in_table = [](uint8_t table, uint16_t priority) {
    FlowMod mod = rule(of_port(2), priority);
    mod.table = table;
    return mod;
  };
  const auto teacher = [&](uint8_t table) {
    FlowMod mod = in_table(table, 9);
    mod.instructions.apply = {of::Learn{.cookie = 5, .flags = kLearnDeleteLearned, .table = 2, .specs = {}}};
    return mod;
  };
  controller_.send(teacher(1));
  controller_.send(teacher(3));
  FlowMod learned = in_table(2, 7);
  learned.cookie = 5;
  controller_.send(learned);
  FlowMod end = in_table(1, 9);
  end.command = FlowMod::Command::kDelete;
  FlowMod overlapping = in_table(2, 7);
  overlapping.flags = kFlowCheckOverlap;
  const auto commit = [&] {
    add(in_table(2, 1), 10);
    add(end, 11);
    add(overlapping, 12);
    return control(kCommit);
  };
  const Messages refused = commit();
  ASSERT_THAT(refused, SizeIs(2));
  EXPECT_EQ(Controller::error_in(refused[0]), code(OfFaultKind::kOverlap));
  EXPECT_EQ(read_header(refused[0]).xid, 12u);
  EXPECT_EQ(rig_.rules(), 3u);
  FlowMod other_end = end;
  other_end.table = 3;
  controller_.send(other_end);
  EXPECT_EQ(commit(), done(kCommitReply)) << "nobody else teaches it: it goes, and there is no overlap";
  EXPECT_EQ(rig_.rules(), 2u);
}

TEST_P(Bundles, ABufferIsSentOnce) {
  controller_.send(rule(kOfPortController, 7, 64));
  rig_.receive(1);
  const Messages told = controller_.take();
  const PacketOut out{
      .buffer = read_u32(&told.at(0)[8]), .in_port = of_port(1), .actions = {of::Output{.port = of_port(2)}}};
  add(out);
  add(out);
  EXPECT_EQ(Controller::error_in(control(kCommit).at(0)), code(OfFaultKind::kBufferEmpty));
  add(out);
  EXPECT_EQ(control(kCommit), done(kCommitReply));
  EXPECT_THAT(rig_.sent(), ElementsAre(port_index(1, 2)));
}

TEST_P(Bundles, AreDiscarded) {
  control(kOpen);
  add(rule(of_port(2)));
  EXPECT_EQ(control(kDiscard), done(kDiscardReply));
  EXPECT_EQ(error(kDiscard), code(OfFaultKind::kBundleBadId));
  EXPECT_EQ(rig_.rules(), 0u);
}

TEST_P(Bundles, FaultsAreTold) {
  EXPECT_EQ(error(kClose), code(OfFaultKind::kBundleBadId));
  EXPECT_EQ(error(kOpen, 8), code(OfFaultKind::kBundleBadFlags));
  EXPECT_EQ(error(kOpenReply), code(OfFaultKind::kBundleBadType));
  control(kOpen);
  EXPECT_EQ(error(kOpen), code(OfFaultKind::kBundleExists));
  control(kClose);
  EXPECT_EQ(controller_.error(addition(rule(of_port(2)))), code(OfFaultKind::kBundleClosed));
  control(kOpen);
  EXPECT_EQ(controller_.error(addition(rule(of_port(2)), kBundleAtomic)), code(OfFaultKind::kBundleBadFlags));
  EXPECT_THAT(controller_.session().bundles, IsEmpty());
  for (uint32_t id = 100; id < 164; id++) controller_.send(BundleControl{id, kOpen, 0});
  EXPECT_EQ(error(kOpen), code(OfFaultKind::kOutOfBundles));
}

// Changes that often fail, and depend on each other.
class RandomChanges {
 public:
  explicit RandomChanges(unsigned seed) : random_(seed) {}

  BundledRequest next() {
    switch (below(6)) {
      case 0:
        return a_group();
      case 1:
        return a_meter();
      case 2:
        return TableMod{.table = table(), .config = below(2) ? kTableEviction : 0};
      default:
        return a_flow();
    }
  }

 private:
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
  uint8_t table() { return static_cast<uint8_t>(below(3)); }

  BundledRequest a_group() {
    GroupMod mod = group(1 + below(3));
    mod.command = GroupMod::Command{static_cast<uint8_t>(below(3))};
    if (below(3) == 0) mod.buckets[0].actions = {of::Group{1 + below(3)}};
    if (mod.command == GroupMod::Command::kDelete) mod.buckets.clear();
    return mod;
  }
  BundledRequest a_meter() {
    MeterMod mod = meter(1 + below(2));
    mod.command = MeterMod::Command{static_cast<uint8_t>(below(3))};
    return mod;
  }
  BundledRequest a_flow() {
    FlowMod mod = rule(of_port(1 + below(3)), static_cast<uint16_t>(1 + below(3)));
    mod.command = below(3) ? FlowMod::Command::kAdd : FlowMod::Command{static_cast<uint8_t>(below(5))};
    mod.table = table();
    if (below(2)) mod.match.set(field_named("in_port"), 1 + below(2));
    if (below(4) == 0) mod.flags = kFlowCheckOverlap;
    if (below(4) == 0) mod.instructions.apply = {of::Group{1 + below(3)}};
    if (below(6) == 0) mod.instructions.meter = 1 + below(2);
    return mod;
  }

  std::mt19937 random_;
};

Messages state(Controller& controller) {
  Messages all;
  for (const Request& question : std::vector<Request>{FlowStatsRequest{}, GroupDescRequest{},
                                                      MeterConfigRequest{}, TableDescRequest{}}) {
    const Messages answer = controller.ask(question);
    all.insert(all.end(), answer.begin(), answer.end());
  }
  return all;
}

// Another switch is told the same changes one by one.
TEST(BundlesAtRandom, HaveAllOfTheirChangesOrNone) {
  int committed = 0, failed = 0;
  for (unsigned seed = 1; seed <= 400; seed++) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    AgentRig rig, other_rig;
    Controller controller = rig.controller(k14), other = other_rig.controller(k14);
    RandomChanges changes(seed);
    for (int round = 0; round < 8; round++) {
      bool fails = false;
      const Messages before = state(controller);
      for (unsigned count = 1 + seed % 4; count > 0; count--) {
        const BundledRequest change = changes.next();
        EXPECT_THAT(controller.ask(BundleAdd{.bundle = 1, .flags = 1, .request = change}), IsEmpty());
        const auto error = std::visit([&](const auto& request) { return other.error(request); }, change);
        fails |= error.has_value();
      }
      const bool refused = controller.error(BundleControl{1, BundleCommand::kCommit, 1}).has_value();
      ASSERT_EQ(refused, fails);
      ASSERT_EQ(state(controller), fails ? before : state(other));
      (fails ? failed : committed)++;
      if (fails) break;  // the other switch is another one now
    }
  }
  EXPECT_GT(committed, 200);
  EXPECT_GT(failed, 200);
}

}  // namespace
}  // namespace flowbed::sw::ofp
