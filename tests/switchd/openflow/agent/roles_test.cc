#include "tests/switchd/openflow/agent/agent_rig.hh"

namespace flowbed::sw::ofp {
namespace {

class Roles : public testing::Test {
 protected:
  RoleRequest role(Role wanted, uint64_t generation = 0) {
    RoleRequest request{.role = wanted};
    if (wanted == Role::kMaster || wanted == Role::kSlave) request.generation = generation;
    return request;
  }
  AgentRig rig_;
};

TEST_F(Roles, AreAskedAndChanged) {
  Controller controller = rig_.controller(k13);
  EXPECT_EQ(controller.ask(role(Role::kNoChange)), controller.expected(RoleReply{Role::kEqual, UINT64_MAX}));
  EXPECT_EQ(controller.ask(role(Role::kMaster, 5)), controller.expected(RoleReply{Role::kMaster, 5}));
  EXPECT_EQ(controller.ask(role(Role::kSlave, 6)), controller.expected(RoleReply{Role::kSlave, 6}));
  EXPECT_EQ(controller.ask(role(Role::kEqual)), controller.expected(RoleReply{Role::kEqual, 6}));
}

TEST_F(Roles, ANewMasterMakesTheOldOneASlave) {
  Controller one = rig_.controller(k14), two = rig_.controller(k14), equal = rig_.controller(k13);
  one.send(role(Role::kMaster, 1));
  one.take();
  two.send(role(Role::kMaster, 2));
  EXPECT_EQ(one.take(), one.expected(RoleStatus{Role::kSlave, RoleChange::kMasterRequest, 2}, 0));
  EXPECT_EQ(one.session().role, Role::kSlave);
  EXPECT_EQ(two.session().role, Role::kMaster);
  EXPECT_EQ(equal.session().role, Role::kEqual);
  EXPECT_THAT(equal.take(), IsEmpty());
}

TEST_F(Roles, StaleGenerationsAreRefused) {
  Controller one = rig_.controller(k13), two = rig_.controller(k13);
  one.send(role(Role::kMaster, 10));
  EXPECT_EQ(two.error(role(Role::kMaster, 9)), two.code(OfFaultKind::kRoleStale));
  EXPECT_EQ(two.error(role(Role::kSlave, 9)), two.code(OfFaultKind::kRoleStale));
  EXPECT_EQ(two.session().role, Role::kEqual);
  EXPECT_EQ(one.session().role, Role::kMaster);
  EXPECT_EQ(two.error(role(Role::kMaster, 10)), std::nullopt);
}

TEST_F(Roles, GenerationsGoAround) {
  Controller one = rig_.controller(k13);
  one.send(role(Role::kMaster, UINT64_MAX - 1));
  EXPECT_EQ(one.error(role(Role::kMaster, 3)), std::nullopt);
  EXPECT_EQ(one.error(role(Role::kMaster, UINT64_MAX)), one.code(OfFaultKind::kRoleStale));
}

TEST_F(Roles, SlavesChangeNothing) {
  Controller slave = rig_.controller(k14);
  slave.send(role(Role::kSlave, 1));
  slave.take();
  const std::vector<Request> changes = {rule(of_port(2)),
                                        group(1),
                                        meter(1),
                                        PortMod{.port = of_port(1)},
                                        TableMod{.table = 0},
                                        PacketOut{.actions = {}, .frame = frame()},
                                        BundleControl{1, BundleCommand::kOpen, 0}};
  for (const Request& change : changes)
    EXPECT_EQ(slave.error(change), slave.code(OfFaultKind::kIsSlave)) << change.index();
  EXPECT_EQ(slave.error(FlowStatsRequest{}), std::nullopt);
  EXPECT_EQ(slave.error(SetAsync{}), std::nullopt);
  EXPECT_EQ(rig_.rules(), 0u);
}

TEST_F(Roles, SlavesLeaveTheSwitchsFlagsAlone) {
  Controller slave = rig_.controller(k13);
  slave.send(role(Role::kSlave, 1));
  SetConfig config;
  config.flags = kFragmentsDrop;
  config.miss_send_size = 9;
  slave.send(config);
  EXPECT_FALSE(rig_.bridge().pipeline->drops_fragments);
  EXPECT_EQ(slave.session().miss_send_size, 9);
}

TEST_F(Roles, SlavesAreToldOfPortsOnly) {
  Controller master = rig_.controller(k13), slave = rig_.controller(k13), third = rig_.controller(k14);
  slave.send(role(Role::kSlave, 1));
  master.send(role(Role::kMaster, 1));
  FlowMod mod = rule(kOfPortController);
  mod.flags = kFlowSendRemoved;
  master.send(mod);
  for (Controller* controller : {&master, &slave, &third}) controller->take();
  rig_.receive(1);
  master.send(delete_all());
  rig_.put_ports(2);
  using enum MessageType;
  EXPECT_THAT(master.types(), ElementsAre(kPacketIn, kFlowRemoved, kPortStatus));
  EXPECT_THAT(slave.types(), ElementsAre(kPortStatus));
  EXPECT_THAT(third.types(), ElementsAre(kPacketIn, kFlowRemoved, kPortStatus));
}

TEST_F(Roles, MasksChooseWhatIsTold) {
  Controller one = rig_.controller(k13), two = rig_.controller(k14);
  one.send(rule(kOfPortController));
  one.send(SetAsync{{.packet_in = {.master = 1, .slave = 0},
                     .port_status = {.master = 0, .slave = 0},
                     .flow_removed = {.master = 0, .slave = 0}}});
  two.send(SetAsync{{.packet_in = {.master = 0, .slave = {}}}});
  rig_.receive(1);
  rig_.put_ports(2);
  EXPECT_THAT(one.types(), IsEmpty());
  EXPECT_THAT(two.types(), ElementsAre(MessageType::kPortStatus));
  AsyncConfig expected = default_async();
  expected.packet_in.master = 0;
  EXPECT_EQ(two.ask(GetAsync{}), two.expected(AsyncReply{expected}));
}

TEST_F(Roles, ChangesOfGroupsAndMetersAreForwardedOnDemand) {
  Controller one = rig_.controller(k13), two = rig_.controller(k14), three = rig_.controller(k14);
  two.send(SetAsync{{.request_forward = {.master = 3, .slave = {}}}});
  one.send(group(1));
  one.send(meter(1));
  one.send(group(1));  // refused
  EXPECT_EQ(two.take(), (Messages{two.expected(RequestForward{group(1)}, 0)[0],
                                  two.expected(RequestForward{meter(1)}, 0)[0]}));
  EXPECT_THAT(three.take(), IsEmpty());
  two.send(group(2));
  EXPECT_THAT(two.take(), IsEmpty());
}

TEST_F(Roles, Version10HasNicirasRoles) {
  Controller one = rig_.controller(k10), two = rig_.controller(k13);
  two.send(role(Role::kMaster, 7));
  EXPECT_EQ(one.ask(role(Role::kMaster)), one.expected(RoleReply{Role::kMaster}));
  EXPECT_EQ(two.session().role, Role::kSlave);
}

}  // namespace
}  // namespace flowbed::sw::ofp
