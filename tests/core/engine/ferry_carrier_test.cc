#include "core/engine/ferry_carrier.hh"

#include <gtest/gtest.h>

namespace flowbed {
namespace {

// A link with the ferry in its middle. As the kernel does it, an inner end has a carrier if it is up and its
// outer end too; and so does the outer end.
struct Cable {
  bool outer_a = true, outer_b = true, inner_a = true, inner_b = true;

  void settle() {
    for (int i = 0; i < 4; i++) {
      const auto change = carrier_change({.name = "a", .up = inner_a, .carrier = inner_a && outer_a},
                                         {.name = "b", .up = inner_b, .carrier = inner_b && outer_b});
      if (!change) return;
      (change->of_a ? inner_a : inner_b) = change->up;
    }
    ADD_FAILURE() << "it comes to no rest";
  }
  bool a_has_carrier() const { return outer_a && inner_a; }
  bool b_has_carrier() const { return outer_b && inner_b; }
};

TEST(FerryCarrier, IsThatOfOneCableWhateverIsSetUpAndDown) {
  for (int start = 0; start < 256; start++) {
    Cable cable;
    for (int step = 0; step < 4; step++) {
      const int change = start >> 2 * step & 3;
      (change & 1 ? cable.outer_a : cable.outer_b) = change & 2;
      cable.settle();
      const bool both = cable.outer_a && cable.outer_b;
      EXPECT_EQ(cable.a_has_carrier(), both) << start << " " << step;
      EXPECT_EQ(cable.b_has_carrier(), both) << start << " " << step;
    }
  }
}

TEST(FerryCarrier, RecoversWhenBothInnerEndsAreDown) {
  Cable cable{.inner_a = false, .inner_b = false};
  cable.settle();
  EXPECT_TRUE(cable.a_has_carrier() && cable.b_has_carrier());
}

}  // namespace
}  // namespace flowbed
