// A rule as the classifier sees it. Whoever has rules derives his own from it.
#pragma once

#include "switchd/slowpath/pipeline/match.hh"

namespace flowbed::sw {

struct ClassifierRule {
  Match match;
  int priority = 0;  // the highest wins; of rules that overlap with equal priorities, any

  ClassifierRule* next_lower = nullptr;  // the classifier's own: another rule with the same match
};

}  // namespace flowbed::sw
