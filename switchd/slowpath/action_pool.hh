// ActionPool: one copy of each list of actions, however many megaflows use it. A thousand hosts that
// broadcast, from a port each with a thousand outputs, would fill gigabytes with invented source addresses
// otherwise.
#pragma once

#include <unordered_map>

#include "switchd/flow/action.hh"

namespace flowbed::sw {

class ActionPool {
 public:
  SharedActions share(ActionList actions);
  size_t size() const { return lists_.size(); }

 private:
  void drop_unused();

  std::unordered_multimap<uint64_t, std::weak_ptr<const ActionList>> lists_;  // by hash
  size_t sweep_at_ = 64;  // lists, before unused ones are looked for
};

}  // namespace flowbed::sw
