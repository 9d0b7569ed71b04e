#include "switchd/openflow/fault_codec.hh"

#include <gtest/gtest.h>

namespace flowbed::sw {
namespace {

using enum OfFaultKind;
using enum OfVersion;

constexpr auto kLast = static_cast<int>(kBundleMessageFailed);

TEST(FaultCodec, KnowsTheSpecificationsNumbers) {
  EXPECT_EQ(error_code(kBadActionType, k10), (ErrorCode{2, 0}));
  EXPECT_EQ(error_code(kOverlap, k10), (ErrorCode{3, 1}));
  EXPECT_EQ(error_code(kTableFull, k10), (ErrorCode{3, 0}));
  EXPECT_EQ(error_code(kQueueBadPort, k10), (ErrorCode{5, 0}));
  EXPECT_EQ(error_code(kUnknownInstruction, k13), (ErrorCode{3, 0}));
  EXPECT_EQ(error_code(kBadMatchPrerequisite, k13), (ErrorCode{4, 9}));
  EXPECT_EQ(error_code(kOverlap, k13), (ErrorCode{5, 3}));
  EXPECT_EQ(error_code(kGroupLoop, k13), (ErrorCode{6, 7}));
  EXPECT_EQ(error_code(kRoleStale, k13), (ErrorCode{11, 0}));
  EXPECT_EQ(error_code(kUnknownMeter, k13), (ErrorCode{12, 3}));
  EXPECT_EQ(error_code(kUnknownMeter, k14), (ErrorCode{12, 3}));
  EXPECT_EQ(error_code(kBundleClosed, k14), (ErrorCode{17, 4}));
}

TEST(FaultCodec, EveryFaultHasAnErrorOfEachVersion) {
  for (int i = 0; i <= kLast; i++) {
    const auto kind = static_cast<OfFaultKind>(i);
    EXPECT_LE(error_code(kind, k10).type, 5) << i;
    EXPECT_LE(error_code(kind, k13).type, 13) << i;
    EXPECT_LE(error_code(kind, k14).type, 17) << i;
  }
}

TEST(FaultCodec, In14NoTwoFaultsAreTheSame) {
  for (int i = 0; i <= kLast; i++) {
    for (int k = 0; k < i; k++)
      EXPECT_NE(error_code(static_cast<OfFaultKind>(i), k14), error_code(static_cast<OfFaultKind>(k), k14));
  }
}

}  // namespace
}  // namespace flowbed::sw
