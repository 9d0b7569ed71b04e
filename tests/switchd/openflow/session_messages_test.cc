#include <gmock/gmock.h>

#include "tests/switchd/openflow/message_helpers.hh"
#include "tests/switchd/openflow/sample_messages.hh"

namespace flowbed::sw::ofp {
namespace {

TEST(Hello, TellsItsVersions) {
  const OfVersion all[] = {k10, k13, k14};
  EXPECT_EQ(encoded(make_hello(all), k14), plain_hex("05 00 0010 00000001  0001 0008 00000032"));
  const OfVersion old[] = {k10};
  EXPECT_EQ(encoded(make_hello(old), k10), plain_hex("01 00 0008 00000001"));
}

TEST(Hello, IsReadInVersionsNobodySpeaks) {
  EXPECT_EQ(decoded<Hello>("06 00 0010 00000001  0001 0008 00000072"), (Hello{6, 0x72}));
  EXPECT_EQ(decoded<Hello>("03 00 0008 00000001"), (Hello{3, std::nullopt}));
}

TEST(Hello, PassesOverWhatItDoesNotKnow) {
  EXPECT_EQ(decoded<Hello>("04 00 0018 00000001  0007 0006 abcd 0000  0001 0008 00000012"), (Hello{4, 0x12}));
  EXPECT_EQ(decoded<Hello>("04 00 000c 00000001  0001 0002"), (Hello{4, std::nullopt}));
}

TEST(Negotiation, TakesTheHighestCommonVersion) {
  const Hello ours{5, 0x32};
  EXPECT_EQ(negotiate(ours, {6, 0x7e}), k14);
  EXPECT_EQ(negotiate(ours, {6, 0x5e}), k13);  // the other speaks 1.1, 1.2 and 1.5, too, and not 1.4
  EXPECT_EQ(negotiate(ours, {1, std::nullopt}), k10);
  EXPECT_EQ(negotiate(ours, {4, std::nullopt}), k13);
  EXPECT_EQ(negotiate(ours, {6, std::nullopt}), k14);
  EXPECT_EQ(negotiate({1, std::nullopt}, {4, 0x12}), k10);
}

TEST(Negotiation, FailsWithoutACommonVersion) {
  const Hello ours{5, 0x32};
  EXPECT_EQ(negotiate(ours, {6, 0x4c}), std::nullopt);
  EXPECT_EQ(negotiate(ours, {3, std::nullopt}), std::nullopt);
  EXPECT_EQ(negotiate(ours, {5, 0}), std::nullopt);
  EXPECT_EQ(negotiate({4, 0x10}, {1, std::nullopt}), std::nullopt);
}

TEST(Decode, RefusesWhatIsNoMessage) {
  EXPECT_EQ(fault_in("0400"), OfFaultKind::kBadLength);
  EXPECT_EQ(fault_in("04 02 0009 00000001"), OfFaultKind::kBadLength);
  EXPECT_EQ(fault_in("02 02 0008 00000001"), OfFaultKind::kBadVersion);
  EXPECT_EQ(fault_in("04 63 0008 00000001"), OfFaultKind::kBadType);
  EXPECT_EQ(fault_in("04 06 0008 00000001"), OfFaultKind::kBadType) << "a features reply";
  EXPECT_EQ(fault_in("01 18 0008 00000001"), OfFaultKind::kBadType) << "1.0 has no roles";
  EXPECT_EQ(fault_in("05 16 0010 00000001 00000001 00000000"), OfFaultKind::kBadType) << "1.4: multipart";
  EXPECT_EQ(fault_in("04 05 000c 00000001 00000000"), OfFaultKind::kBadLength)
      << "a body where there is none";
  EXPECT_EQ(fault_in("04 09 000a 00000001 0000"), OfFaultKind::kBadLength);
}

TEST(ErrorReply, RepeatsTheRequestOrTheBeginningOfALongOne) {
  const Bytes request(100, 0xab);
  const ErrorMessage error = error_reply(OfFaultKind::kBadType, k13, request);
  EXPECT_EQ(error.data, request);
  EXPECT_EQ(encoded(error, k13).substr(0, 32), plain_hex("04 01 0070 00000001  0001 0001 abababab"));
  const size_t kept = error_reply(OfFaultKind::kBadType, k13, Bytes(60000, 0xab)).data.size();
  EXPECT_TRUE(kept >= 64 && kept < 60000);
}

TEST(ErrorReply, TellsOfBundlesInEachVersionsWay) {
  const ErrorMessage v14 = error_reply(OfFaultKind::kBundleBadId, k14, {});
  EXPECT_EQ(encoded(v14, k14), plain_hex("05 01 000c 00000001  0011 0002"));
  const ErrorMessage v13 = error_reply(OfFaultKind::kBundleBadId, k13, {});
  EXPECT_EQ(encoded(v13, k13), plain_hex("04 01 0010 00000001  ffff 08fe 4f4e4600"));
}

TEST(FeaturesReply, HasItsPortsOnlyInOpenFlow10) {
  FeaturesReply reply{.dpid = 0xa1, .buffers = 256, .tables = 254, .auxiliary = 0};
  reply.capabilities = kFlowStats | kGroupStats | kPortBlockedCapability | kArpMatchIp;
  reply.ports = {{.number = OfPort{1}, .address = MacAddress::from_uint64(0x0102030405ff), .name = "eth0"}};
  EXPECT_EQ(encoded(reply, k10),
            plain_hex("01 06 0050 00000001  00000000000000a1 00000100 fe 000000 00000081 00000fff"
                      "0001 0102030405ff 65746830" +
                      zeros(12) + zeros(24)));
  EXPECT_EQ(encoded(reply, k13),
            plain_hex("04 06 0020 00000001  00000000000000a1 00000100 fe 00 0000 00000109 00000000"));
}

TEST(SetConfig, IsTheSameInAllVersions) {
  for (const char* hex : {"01 09 000c 00000001 0000 ffff", "05 09 000c 00000001 0000 ffff"})
    EXPECT_EQ(decoded<SetConfig>(hex).miss_send_size, 0xffff);
}

TEST(Role, HasAGenerationWhereItCounts) {
  const auto master = decoded<RoleRequest>("04 18 0018 00000001  00000002 00000000 0000000000000007");
  EXPECT_EQ(master.role, Role::kMaster);
  EXPECT_EQ(master.generation, 7u);
  const auto equal = decoded<RoleRequest>("04 18 0018 00000001  00000001 00000000 0000000000000007");
  EXPECT_EQ(equal.generation, std::nullopt);
  EXPECT_EQ(fault_in("04 18 0018 00000001  00000004 00000000 0000000000000007"), OfFaultKind::kRoleBadRole);
  EXPECT_EQ(encoded(RoleReply{Role::kSlave, 7}, k14),
            plain_hex("05 19 0018 00000001  00000003 00000000 0000000000000007"));
}

TEST(Role, IsNicirasInOpenFlow10) {
  const auto slave = decoded<RoleRequest>("01 04 0014 00000001  00002320 0000000a 00000002");
  EXPECT_EQ(slave.role, Role::kSlave);
  EXPECT_EQ(fault_in("01 04 0014 00000001  00002320 0000000a 00000003"), OfFaultKind::kRoleBadRole);
  EXPECT_EQ(fault_in("01 04 0014 00000001  00002320 0000000a ffffffff"), OfFaultKind::kRoleBadRole);
  EXPECT_EQ(encoded(RoleReply{Role::kMaster}, k10),
            plain_hex("01 04 0014 00000001  00002320 0000000b 00000001"));
}

TEST(Role, StatusIsOpenFlow14s) {
  EXPECT_EQ(encoded(RoleStatus{Role::kSlave, RoleChange::kMasterRequest, 7}, k14),
            plain_hex("05 1e 0018 00000001  00000003 00 000000 0000000000000007"));
  EXPECT_THROW(encode(RoleStatus{}, k13, 1), Error);
}

TEST(Async, OldVersionsSayMoreReasonsByOneBit) {
  const auto v13 =
      decoded<SetAsync>("04 1c 0020 00000001  00000002 00000001  00000007 00000007  00000004 00000000")
          .config;
  EXPECT_EQ(v13.packet_in, (AsyncMask{0x3a, 1}));
  EXPECT_EQ(v13.port_status, (AsyncMask{7, 7}));
  EXPECT_EQ(v13.flow_removed, (AsyncMask{0x34, 0}));
  EXPECT_EQ(v13.role_status, AsyncMask{});
  EXPECT_EQ(encoded(AsyncReply{v13}, k13),
            plain_hex("04 1b 0020 00000001  00000002 00000001  00000007 00000007  00000004 00000000"));
}

TEST(Async, NewOnesSaySingleMasks) {
  const auto v14 = decoded<SetAsync>("05 1c 0018 00000001  0001 0008 00000001  0006 0008 00000007").config;
  EXPECT_EQ(v14.packet_in, (AsyncMask{1, std::nullopt}));
  EXPECT_EQ(v14.role_status, (AsyncMask{std::nullopt, 7}));
  EXPECT_EQ(encoded(AsyncReply{v14}, k14),
            plain_hex("05 1b 0018 00000001  0001 0008 00000001  0006 0008 00000007"));
  EXPECT_EQ(fault_in("05 1c 0010 00000001  0063 0008 00000001"), OfFaultKind::kAsyncUnsupported);
  EXPECT_EQ(fault_in("05 1c 0010 00000001  0001 0003 00000001"), OfFaultKind::kBadLength);
}

TEST(Bundle, IsTheOnfsInOpenFlow13) {
  const auto v14 = decoded<BundleControl>("05 21 0010 00000001  00000009 0004 0003");
  const auto v13 = decoded<BundleControl>("04 04 0018 00000001  4f4e4600 000008fc 00000009 0004 0003");
  for (const BundleControl& control : {v13, v14}) {
    EXPECT_EQ(control.bundle, 9u);
    EXPECT_EQ(control.command, BundleCommand::kCommit);
    EXPECT_EQ(control.flags, kBundleAtomic | kBundleOrdered);
  }
  EXPECT_EQ(fault_in("05 21 0010 00000001  00000009 0008 0003"), OfFaultKind::kBundleBadType);
  EXPECT_THROW(encode(BundleControlReply{}, k10, 1), Error);
}

// A meter is deleted: a short request that may be bundled.
const std::string kDeleteMeter = "05 1d 0010 00000001  0002 0000 00000007";

TEST(Bundle, HoldsARequestAndItsBytes) {
  const auto add = decoded<BundleAdd>("05 22 0020 00000001  00000009 0000 0001" + kDeleteMeter);
  EXPECT_EQ(add.bundle, 9u);
  EXPECT_EQ(add.message, from_hex(kDeleteMeter));
  EXPECT_EQ(std::get<MeterMod>(add.request).meter.id, 7u);
}

TEST(Bundle, RefusesWhatDoesNotFit) {
  const std::string begin = "05 22 0020 00000001  00000009 0000 0001";
  EXPECT_EQ(fault_in(begin + "05 1d 0010 00000002  0002 0000 00000007"), OfFaultKind::kBundleBadMessageXid);
  EXPECT_EQ(fault_in(begin + "04 1d 0010 00000001  0002 0000 00000007"), OfFaultKind::kBadVersion);
  EXPECT_EQ(fault_in(begin + "05 1d 0011 00000001  0002 0000 00000007"),
            OfFaultKind::kBundleBadMessageLength);
  EXPECT_EQ(fault_in(begin + "05 1d 0007 00000001  0002 0000 00000007"),
            OfFaultKind::kBundleBadMessageLength);
  EXPECT_EQ(fault_in(begin + "05 22 0010 00000001  0002 0000 00000007"),
            OfFaultKind::kBundleUnsupportedMessage);
  EXPECT_EQ(fault_in(begin + "05 1d 0010 00000001  0003 0000 00000007"), OfFaultKind::kBadMeterCommand);
  EXPECT_EQ(fault_in("05 22 0010 00000001  00000009 0000 0001"), OfFaultKind::kBundleBadMessageLength);
}

TEST(Nicira, SetsUpTheConversation) {
  EXPECT_TRUE(decoded<SetFlowFormat>("01 04 0014 00000001  00002320 0000000c 00000002").nicira);
  EXPECT_FALSE(decoded<SetPacketInFormat>("01 04 0014 00000001  00002320 00000010 00000000").nicira);
  EXPECT_TRUE(decoded<UseTableIds>("01 04 0018 00000001  00002320 0000000f 01 00000000000000").enabled);
  EXPECT_EQ(decoded<SetControllerId>("04 04 0018 00000001  00002320 00000014 000000000000 0007").id, 7);
}

TEST(Nicira, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(fault_in("01 04 000c 00000001  00001234"), OfFaultKind::kBadExperimenter);
  EXPECT_EQ(fault_in("01 04 0010 00000001  00002320 000000ff"), OfFaultKind::kBadExperimenterType);
  EXPECT_EQ(fault_in("04 04 0014 00000001  00002320 0000000a 00000001"), OfFaultKind::kBadExperimenterType);
  EXPECT_EQ(fault_in("04 04 0010 00000001  4f4e4600 000000ff"), OfFaultKind::kBadExperimenterType);
  EXPECT_EQ(fault_in("01 04 0014 00000001  00002320 00000010 00000002"), OfFaultKind::kEpermission);
}

}  // namespace
}  // namespace flowbed::sw::ofp
