#include "switchd/flow/action.hh"

#include <gtest/gtest.h>

#include "tests/switchd/packets.hh"

namespace flowbed::sw {
namespace {

const PortNamer kNamer = [](PortNo port) { return "p" + std::to_string(to_number(port)); };

TEST(Action, FormatsAListAndNothing) {
  EXPECT_EQ(format_actions({}, kNamer), "drop");
  EXPECT_EQ(format_actions({Action::output(PortNo{2}), Action::push_vlan(vlan_tag(5, 3)),
                            Action::output(PortNo{3}), Action::pop_vlan()},
                           kNamer),
            "output(p2),push_vlan(5),output(p3),pop_vlan");
}

TEST(Action, FormatCountsWhatIsBeyondTheLimit) {
  const ActionList actions(5, Action::output(PortNo{1}));
  EXPECT_EQ(format_actions(actions, kNamer, 2), "output(p1),output(p1),… 3 more");
}

}  // namespace
}  // namespace flowbed::sw
