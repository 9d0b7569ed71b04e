#include "core/engine/stand_ins.hh"

#include <gtest/gtest.h>

#include "core/engine/x_authority.hh"

namespace flowbed {
namespace {

using namespace std::string_literals;

TEST(StandIns, NobodyHasAPassword) {
  EXPECT_EQ(shadow_for("root:x:0:0:root:/root:/bin/bash\n\nbroken\nann:x:1000:1000::/home/ann:/bin/sh\n"),
            "root:*:::::::\nann:*:::::::\n");
}

const std::string kEntry =
    "\x01\x00\x00\x06laptop\x00\x01"
    "0\x00\x12MIT-MAGIC-COOKIE-1\x00\x04\x01\x02\x03\x04"s;
const std::string kForAny =
    "\xff\xff\x00\x00\x00\x01"
    "0\x00\x12MIT-MAGIC-COOKIE-1\x00\x04\x01\x02\x03\x04"s;

TEST(XAuthority, CookiesHoldUnderAnyHostName) {
  EXPECT_EQ(with_any_hostname(kEntry + kEntry), kEntry + kForAny + kEntry + kForAny);
}

TEST(XAuthority, WhatIsCutOffIsLeftOut) {
  for (size_t size = 0; size < kEntry.size(); size++) {
    EXPECT_EQ(with_any_hostname(kEntry + kEntry.substr(0, size)), kEntry + kForAny) << size;
  }
}

}  // namespace
}  // namespace flowbed
