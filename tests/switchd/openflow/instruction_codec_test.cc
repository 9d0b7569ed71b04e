#include <gtest/gtest.h>

#include "switchd/openflow/action_codec.hh"
#include "tests/switchd/openflow/hex.hh"

namespace flowbed::sw {
namespace {

using Kind = OfFaultKind;
constexpr OfVersion kVersion = OfVersion::k13;

Instructions read(std::string_view hex) {
  const ByteString bytes = from_hex(hex);
  return read_instructions(WireReader(bytes), kVersion);
}

std::string write(const Instructions& instructions) {
  WireWriter writer;
  write_instructions(instructions, kVersion, writer);
  return to_hex(writer.written());
}

std::optional<Kind> fault_in(const char* hex) {
  return fault_of([&] { read(hex); });
}

TEST(Instructions, AllInTheOrderInWhichTheyRun) {
  const Instructions all{.meter = 9,
                         .apply = {of::PopVlan{}},
                         .has_apply = true,
                         .clear = true,
                         .write = {of::Group{5}},
                         .has_write = true,
                         .metadata = WriteMetadata{0x12, 0xff},
                         .goto_table = uint8_t{3}};
  const char* hex =
      "0006 0008 00000009"
      "0004 0010 00000000 0012 0008 00000000"
      "0005 0008 00000000"
      "0003 0010 00000000 0016 0008 00000005"
      "0002 0018 00000000 0000000000000012 00000000000000ff"
      "0001 0008 03 000000";
  EXPECT_EQ(write(all), tidy_hex(hex));
  EXPECT_TRUE(read(hex) == all);
}

TEST(Instructions, AnEmptyListIsKept) {
  EXPECT_TRUE(read("0004 0008 00000000") == Instructions{.has_apply = true});
  EXPECT_EQ(write({.has_apply = true}), tidy_hex("0004 0008 00000000"));
  EXPECT_TRUE(read("") == Instructions{});
  EXPECT_EQ(write({}), "");
}

TEST(Instructions, Refuses) {
  EXPECT_EQ(fault_in("0001 0008 03000000 0001 0008 04000000"), Kind::kDuplicateInstruction);
  EXPECT_EQ(fault_in("0004 0008 00000000 0004 0008 00000000"), Kind::kDuplicateInstruction);
  EXPECT_EQ(fault_in("0007 0008 00000000"), Kind::kUnknownInstruction);
  EXPECT_EQ(fault_in("0000 0008 00000000"), Kind::kUnknownInstruction);
  EXPECT_EQ(fault_in("ffff 0008 00002320"), Kind::kBadInstructionExperimenter);
  EXPECT_EQ(fault_in("0001 0004"), Kind::kBadInstructionLength);
  EXPECT_EQ(fault_in("0001 0010 03000000"), Kind::kBadInstructionLength);
  EXPECT_EQ(fault_in("0001 0010 03000000 00000000 00000000"), Kind::kBadInstructionLength);
  EXPECT_EQ(fault_in("0002 0010 00000000 0000000000000012"), Kind::kBadInstructionLength);
  EXPECT_EQ(fault_in("0001 0000"), Kind::kBadInstructionLength);
  EXPECT_EQ(fault_in("0004 0010 00000000 0012 0010 00000000"), Kind::kBadActionLength);
}

TEST(Buckets, BothWays) {
  const std::vector<Bucket> buckets = {{.weight = 50, .actions = {of::PopVlan{}}},
                                       {.watch_port = OfPort{2}, .watch_group = 7, .actions = {}}};
  const char* hex =
      "0018 0032 ffffffff ffffffff 00000000 0012 0008 00000000"
      "0010 0000 00000002 00000007 00000000";
  WireWriter writer;
  write_buckets(buckets, kVersion, writer);
  EXPECT_EQ(to_hex(writer.written()), tidy_hex(hex));
  const ByteString bytes = from_hex(hex);
  EXPECT_EQ(read_buckets(WireReader(bytes), kVersion), buckets);
}

TEST(Buckets, Refuses) {
  for (const char* hex :
       {"0008 0000 00000001", "0011 0000 00000001 00000001 00000000", "0020 0000 00000000", "00"}) {
    const ByteString bytes = from_hex(hex);
    EXPECT_EQ(fault_of([&] { read_buckets(WireReader(bytes), kVersion); }), Kind::kBadBucket) << hex;
  }
}

TEST(Bands, BothWays) {
  const std::vector<MeterBand> bands = {{.rate = 1000, .burst = 100},
                                        {.type = MeterBand::Type::kDscpRemark, .rate = 500, .precedence = 1}};
  const char* hex = "0001 0010 000003e8 00000064 00000000 0002 0010 000001f4 00000000 01 000000";
  WireWriter writer;
  write_bands(bands, writer);
  EXPECT_EQ(to_hex(writer.written()), tidy_hex(hex));
  const ByteString bytes = from_hex(hex);
  EXPECT_EQ(read_bands(WireReader(bytes)), bands);
}

TEST(Bands, Refuses) {
  const auto fault = [](const char* hex) {
    const ByteString bytes = from_hex(hex);
    return fault_of([&] { read_bands(WireReader(bytes)); });
  };
  EXPECT_EQ(fault("ffff 0010 000003e8 00000064 00002320"), Kind::kBadBand);
  EXPECT_EQ(fault("0003 0010 000003e8 00000064 00000000"), Kind::kBadBand);
  EXPECT_EQ(fault("0001 0008 000003e8"), Kind::kBadLength);
  EXPECT_EQ(fault("0001 0010 000003e8"), Kind::kBadLength);
  EXPECT_EQ(fault("0001 0018 000003e8 00000064 00000000 0000000000000000"), Kind::kBadLength);
}

}  // namespace
}  // namespace flowbed::sw
