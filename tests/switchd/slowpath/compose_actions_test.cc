#include "switchd/slowpath/compose_actions.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/packets.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Action output(uint32_t port) { return Action::output(PortNo{port}); }

TEST(ComposeActions, NothingDrops) { EXPECT_THAT(compose_actions({}, {}), IsEmpty()); }

TEST(ComposeActions, OriginalTagFirstThenByPort) {
  EXPECT_THAT(compose_actions({}, {{PortNo{3}, {}}, {PortNo{2}, vlan_tag(5)}, {PortNo{1}, {}}}),
              ElementsAre(output(1), output(3), Action::push_vlan(vlan_tag(5)), output(2)));
}

TEST(ComposeActions, TagIsTakenOffAndReplaced) {
  EXPECT_THAT(compose_actions(vlan_tag(9), {{PortNo{1}, {}}, {PortNo{2}, vlan_tag(5)}}),
              ElementsAre(Action::pop_vlan(), output(1), Action::push_vlan(vlan_tag(5)), output(2)));
  EXPECT_THAT(compose_actions(vlan_tag(9), {{PortNo{2}, vlan_tag(5)}}),
              ElementsAre(Action::pop_vlan(), Action::push_vlan(vlan_tag(5)), output(2)));
}

TEST(ComposeActions, OrderOfDeparturesDoesNotMatter) {
  std::vector<Departure> departures = {{PortNo{3}, {}}, {PortNo{2}, vlan_tag(5)}, {PortNo{1}, vlan_tag(4)}};
  const ActionList actions = compose_actions({}, departures);
  std::ranges::reverse(departures);
  EXPECT_EQ(compose_actions({}, departures), actions);
}

}  // namespace
}  // namespace flowbed::sw
