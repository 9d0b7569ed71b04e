#include "switchd/slowpath/stp/bpdu.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/packets.hh"

namespace flowbed::sw {
namespace {

const MacAddress kSource = *MacAddress::parse("0a:00:00:00:00:01");

Bpdu example(Bpdu::Kind kind) {
  Bpdu bpdu;
  bpdu.kind = kind;
  bpdu.topology_change = true;
  bpdu.priority = {make_bridge_id(4096, kSource), 20'000, make_bridge_id(32768, kSource), make_port_id(7)};
  bpdu.times = {.message_age = 1, .max_age = 20, .hello_time = 2, .forward_delay = 15};
  return bpdu;
}

Bytes header(unsigned length) {
  return ethernet("01:80:c2:00:00:00", "02:00:00:00:00:01", length).u8(0x42).u8(0x42).u8(3);
}

// As a kernel bridge sends it: version 0, type 0, root 8000.02…01, cost 0, port 8001.
Bytes configuration() {
  return header(38)
      .u16(0)
      .u8(0)
      .u8(0)
      .u8(0)
      .u16(0x8000)
      .mac("02:00:00:00:00:01")
      .u32(0)
      .u16(0x8000)
      .mac("02:00:00:00:00:01")
      .u16(0x8001)
      .u16(0)
      .u16(20 * 256)
      .u16(2 * 256)
      .u16(4 * 256)
      .zeros(8);
}

TEST(Bpdu, SurvivesTheWire) {
  Bpdu rapid = example(Bpdu::Kind::kRapid);
  for (const PortRole role : {PortRole::kRoot, PortRole::kDesignated, PortRole::kAlternate}) {
    rapid.role = role;
    rapid.proposal = role == PortRole::kDesignated;
    rapid.agreement = rapid.learning = rapid.forwarding = role == PortRole::kRoot;
    EXPECT_EQ(parse_bpdu(write_bpdu(rapid, kSource)), rapid);
  }
  Bpdu old = example(Bpdu::Kind::kConfiguration);
  old.topology_change_ack = true;
  EXPECT_EQ(parse_bpdu(write_bpdu(old, kSource)), old);
  Bpdu notification;
  notification.kind = Bpdu::Kind::kTopologyChangeNotification;
  EXPECT_EQ(parse_bpdu(write_bpdu(notification, kSource)), notification);
}

TEST(Bpdu, HasTheBytesOfTheStandard) {
  Bpdu bpdu = example(Bpdu::Kind::kRapid);
  bpdu.proposal = true;
  const BpduFrame frame = write_bpdu(bpdu, kSource);
  const Bytes expected = ethernet("01:80:c2:00:00:00", "0a:00:00:00:00:01", 39)
                             .u8(0x42)
                             .u8(0x42)
                             .u8(3)
                             .u16(0)
                             .u8(2)
                             .u8(2)
                             .u8(0x0f)
                             .u16(0x1000)
                             .mac("0a:00:00:00:00:01")
                             .u32(20'000)
                             .u16(0x8000)
                             .mac("0a:00:00:00:00:01")
                             .u16(0x8007)
                             .u16(256)
                             .u16(20 * 256)
                             .u16(2 * 256)
                             .u16(15 * 256)
                             .u8(0)
                             .zeros(7);
  EXPECT_THAT(frame, testing::ElementsAreArray(expected.get()));
}

TEST(Bpdu, ReadsWhatAKernelBridgeSends) {
  const auto bpdu = parse_bpdu(configuration().get());
  ASSERT_TRUE(bpdu);
  EXPECT_EQ(bpdu->kind, Bpdu::Kind::kConfiguration);
  EXPECT_EQ(to_string(bpdu->priority.root), "8000.02:00:00:00:00:01");
  EXPECT_EQ(bpdu->times.forward_delay, 4);
  EXPECT_EQ(bpdu->role, PortRole::kDesignated);
}

TEST(Bpdu, RefusesWhatIsCutOffOrForeign) {
  const auto good = configuration().get();
  for (size_t size = 0; size < 14 + 3 + 35; size++)
    EXPECT_FALSE(parse_bpdu(std::span(good).first(size))) << size;
  const auto with = [&](size_t at, uint8_t value) {
    auto bytes = good;
    bytes[at] = value;
    return parse_bpdu(bytes);
  };
  EXPECT_FALSE(with(12, 8)) << "an EtherType";
  EXPECT_FALSE(with(13, 37)) << "the length says less";
  EXPECT_FALSE(with(14, 0xaa)) << "another LLC";
  EXPECT_FALSE(with(17, 1)) << "another protocol";
  EXPECT_FALSE(with(20, 1)) << "another type";
  EXPECT_FALSE(with(20, 2)) << "rapid, but of version 0";
  EXPECT_FALSE(with(14 + 3 + 27, 20)) << "as old as it may be";
  EXPECT_TRUE(with(19, 3)) << "a later version";
}

TEST(Bpdu, AnUnknownRoleIsAsGoodAsAConfiguration) {
  Bpdu bpdu = example(Bpdu::Kind::kRapid);
  bpdu.role = PortRole::kDisabled;
  bpdu.proposal = bpdu.forwarding = true;
  const auto read = parse_bpdu(write_bpdu(bpdu, kSource));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->role, PortRole::kDesignated);
  EXPECT_FALSE(read->proposal);
}

TEST(Bpdu, TimesAreRoundedAndBounded) {
  auto bytes = configuration().get();
  bytes[14 + 3 + 29] = bytes[14 + 3 + 30] = 0xff;  // max age: 255.996 s
  bytes[14 + 3 + 27] = 1;                          // message age: 1.5 s
  bytes[14 + 3 + 28] = 0x80;
  const auto bpdu = parse_bpdu(bytes);
  ASSERT_TRUE(bpdu);
  EXPECT_EQ(bpdu->times.max_age, 255);
  EXPECT_EQ(bpdu->times.message_age, 2);
}

TEST(PriorityVector, LowerIsBetterAndTheSameSenderAlwaysCounts) {
  const PriorityVector held = example(Bpdu::Kind::kRapid).priority;
  PriorityVector worse = held;
  worse.root_path_cost++;
  EXPECT_TRUE(is_superior(worse, held)) << "the same designated port takes back what it said";
  worse.designated_port = make_port_id(8);
  EXPECT_FALSE(is_superior(worse, held));
  EXPECT_TRUE(is_superior(held, worse));
}

TEST(PriorityVector, CostsAreThoseOfTheTable) {
  EXPECT_EQ(path_cost_of(10'000'000), 2'000'000u);
  EXPECT_EQ(path_cost_of(100'000'000), 200'000u);
  EXPECT_EQ(path_cost_of(1'000'000'000), 20'000u);
  EXPECT_EQ(path_cost_of(10'000'000'000), 2'000u);
  EXPECT_EQ(path_cost_of(0), 200'000'000u);
  EXPECT_EQ(path_cost_of(UINT64_MAX), 1u);
}

}  // namespace
}  // namespace flowbed::sw
