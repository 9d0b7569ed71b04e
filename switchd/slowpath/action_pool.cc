#include "switchd/slowpath/action_pool.hh"

#include <algorithm>

#include "switchd/flow/flow_key.hh"

namespace flowbed::sw {
namespace {

uint64_t hash_of(const ActionList& actions) {
  uint64_t hash = actions.size();
  for (const Action& action : actions) {
    hash = mix(hash, static_cast<uint64_t>(action.kind) << 48 | uint64_t{action.type} << 32 | action.number);
  }
  return hash;
}

}  // namespace

SharedActions ActionPool::share(ActionList actions) {
  const uint64_t hash = hash_of(actions);
  const auto [first, last] = lists_.equal_range(hash);
  for (auto at = first; at != last; ++at) {
    if (auto existing = at->second.lock(); existing && *existing == actions) return existing;
  }
  if (lists_.size() >= sweep_at_) drop_unused();
  auto shared = std::make_shared<const ActionList>(std::move(actions));
  lists_.emplace(hash, shared);
  return shared;
}

void ActionPool::drop_unused() {
  std::erase_if(lists_, [](const auto& entry) { return entry.second.expired(); });
  sweep_at_ = std::max<size_t>(64, lists_.size() * 2);
}

}  // namespace flowbed::sw
