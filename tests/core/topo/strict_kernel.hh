// StrictKernel: an inventory that refuses what a real kernel would refuse, and refuses as well whatever the
// kernel would answer by quietly changing more than was asked for (see the essay in plan.hh). A plan that
// passes needs no model of the kernel to stay true.
#pragma once

#include <set>
#include <string>

#include "core/topo/plan.hh"

namespace flowbed::test {

class StrictKernel {
 public:
  // The fault, or "" and the step is entered.
  std::string apply(const Step& step);

  const Inventory& inventory() const { return inventory_; }
  void settle() { dying_.clear(); }  // time passes: removed namespaces are gone with all their links

 private:
  struct Checker;
  Inventory inventory_;
  std::set<std::string> dying_;  // "node:interface" of other ends of links into namespaces just removed
};

}  // namespace flowbed::test
