#include "switchd/slowpath/pipeline/action_facts.hh"

#include <algorithm>

#include "core/base/overloaded.hh"

namespace flowbed::sw {
namespace {

template <class Predicate>
bool any_action(const Instructions& instructions, Predicate predicate) {
  return std::ranges::any_of(instructions.apply, predicate) ||
         std::ranges::any_of(instructions.write, predicate);
}

// Nicira's actions have no place in a set, and keep their order in it: two loads may have two targets.
bool same_place(const OfAction& a, const OfAction& b) {
  const auto* x = std::get_if<of::SetField>(&a);
  const auto* y = std::get_if<of::SetField>(&b);
  if (x && y) return x->field == y->field;
  const bool ordered = std::holds_alternative<of::Load>(a) || std::holds_alternative<of::Move>(a) ||
                       std::holds_alternative<of::Resubmit>(a) || std::holds_alternative<of::Learn>(a);
  return a.index() == b.index() && !ordered;
}

}  // namespace

bool outputs_to(const Instructions& instructions, OfPort port) {
  return any_action(instructions, [&](const OfAction& action) {
    return std::visit(Overloaded{[&](const of::Output& output) { return output.port == port; },
                                 [&](const of::Enqueue& enqueue) { return enqueue.port == port; },
                                 [&](const of::Controller&) { return port == kOfPortController; },
                                 [](const auto&) { return false; }},
                      static_cast<const OfAction::variant&>(action));
  });
}

bool leads_to_group(const Instructions& instructions, uint32_t group) {
  return any_action(instructions, [&](const OfAction& action) {
    const auto* to = std::get_if<of::Group>(&action);
    return to && (group == kGroupAll || to->id == group);
  });
}

std::vector<const of::Learn*> lessons_of(const Instructions& instructions) {
  std::vector<const of::Learn*> lessons;
  for (const OfAction& action : instructions.apply) {
    const auto* learn = std::get_if<of::Learn>(&action);
    if (learn && learn->flags & kLearnDeleteLearned) lessons.push_back(learn);
  }
  return lessons;
}

int place_in_action_set(const OfAction& action) {
  enum Place {
    kCopyIn,
    kPop,
    kPushMpls,
    kPushPbb,
    kPushVlan,
    kCopyOut,
    kDecrement,
    kSet,
    kQueue,
    kOther,
    kGroup,
    kOutput
  };
  return std::visit(Overloaded{[](const of::CopyTtlIn&) { return kCopyIn; },
                               [](const of::PopVlan&) { return kPop; },
                               [](const of::PopMpls&) { return kPop; },
                               [](const of::PopPbb&) { return kPop; },
                               [](const of::PushMpls&) { return kPushMpls; },
                               [](const of::PushPbb&) { return kPushPbb; },
                               [](const of::PushVlan&) { return kPushVlan; },
                               [](const of::CopyTtlOut&) { return kCopyOut; },
                               [](const of::DecrementTtl&) { return kDecrement; },
                               [](const of::DecrementMplsTtl&) { return kDecrement; },
                               [](const of::SetField&) { return kSet; },
                               [](const of::Load&) { return kSet; },
                               [](const of::Move&) { return kSet; },
                               [](const of::SetTtl&) { return kSet; },
                               [](const of::SetMplsTtl&) { return kSet; },
                               [](const of::SetVlanVid&) { return kSet; },
                               [](const of::SetVlanPcp&) { return kSet; },
                               [](const of::SetQueue&) { return kQueue; },
                               [](const of::Group&) { return kGroup; },
                               [](const of::Output&) { return kOutput; },
                               [](const of::OutputField&) { return kOutput; },
                               [](const auto&) { return kOther; }},
                    static_cast<const OfAction::variant&>(action));
}

void write_action(const OfAction& action, OfActions& action_set) {
  const auto same =
      std::ranges::find_if(action_set, [&](const OfAction& other) { return same_place(action, other); });
  if (same == action_set.end()) {
    action_set.push_back(action);
  } else {
    *same = action;
  }
}

OfActions in_running_order(OfActions action_set) {
  std::ranges::stable_sort(action_set, {}, place_in_action_set);
  const bool grouped =
      std::ranges::any_of(action_set, [](const OfAction& a) { return std::holds_alternative<of::Group>(a); });
  if (grouped)
    std::erase_if(action_set, [](const OfAction& a) { return std::holds_alternative<of::Output>(a); });
  return action_set;
}

}  // namespace flowbed::sw
