#include "switchd/slowpath/compose_actions.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/switchd/packets.hh"

namespace flowbed::sw {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Action output(uint32_t port) { return Action::output(PortNo{port}); }

Departure leave(uint32_t port, VlanTag tag, VlanTag original = {}) {
  return {.what = output(port), .tag = tag, .edits = {}, .written_tag = original};
}
Departure leave_after(ActionList edits, uint32_t port, VlanTag tag = {}) {
  return {.what = output(port), .tag = tag, .edits = std::move(edits), .written_tag = {}};
}

TEST(ComposeActions, NothingDrops) { EXPECT_THAT(compose_actions({}, {}), IsEmpty()); }

TEST(ComposeActions, OriginalTagFirstThenByPort) {
  EXPECT_THAT(compose_actions({}, {leave(3, {}), leave(2, vlan_tag(5)), leave(1, {})}),
              ElementsAre(output(1), output(3), Action::push_vlan(vlan_tag(5)), output(2)));
}

TEST(ComposeActions, TagIsTakenOffAndReplaced) {
  EXPECT_THAT(compose_actions(vlan_tag(9), {leave(1, {}), leave(2, vlan_tag(5))}),
              ElementsAre(Action::pop_vlan(), output(1), Action::push_vlan(vlan_tag(5)), output(2)));
  EXPECT_THAT(compose_actions(vlan_tag(9), {leave(2, vlan_tag(5))}),
              ElementsAre(Action::pop_vlan(), Action::push_vlan(vlan_tag(5)), output(2)));
}

TEST(ComposeActions, OrderOfDeparturesDoesNotMatter) {
  std::vector<Departure> departures = {leave(3, {}), leave(2, vlan_tag(5)), leave(1, vlan_tag(4))};
  const ActionList actions = compose_actions({}, departures);
  std::ranges::reverse(departures);
  EXPECT_EQ(compose_actions({}, departures), actions);
}

TEST(ComposeActions, CopiesAreMadeWhereEditsPart) {
  const Action one = Action::set(4, 1, 0xffff), other = Action::set(4, 2, 0xffff), meter = Action::meter(7);
  EXPECT_THAT(compose_actions({}, {leave_after({meter, one}, 1), leave_after({meter, other}, 2), leave(3, {})}),
              ElementsAre(output(3), meter, Action::clone(2), one, output(1), other, output(2)));
}

TEST(ComposeActions, TagsChangeLastSoThatNobodyElseSeesThem) {
  const Action edit = Action::set(4, 1, 0xffff);
  EXPECT_THAT(compose_actions({}, {leave(1, vlan_tag(5)), leave_after({edit}, 2)}),
              ElementsAre(Action::clone(2), edit, output(2), Action::push_vlan(vlan_tag(5)), output(1)));
}

}  // namespace
}  // namespace flowbed::sw
