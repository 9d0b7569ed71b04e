#include "switchd/datapath/nft/nft_hooks.hh"

#include <algorithm>
#include <cerrno>

#include "core/base/error.hh"
#include "switchd/datapath/nft/link_request.hh"
#include "switchd/datapath/nft/nft_chains.hh"
#include "switchd/datapath/nft/nft_rule.hh"

namespace flowbed::sw {
void NftHooks::add(IfIndex index, const std::string& interface) {
  const auto is_there = [&](const Hook& hook) {
    return std::ranges::any_of(hook.interfaces,
                               [&](const Interface& i) { return i.index == index && i.name == interface; });
  };
  if (std::ranges::any_of(hooks_, is_there)) return;
  remove(index);
  auto hook =
      std::ranges::find_if(hooks_, [](const Hook& h) { return h.interfaces.size() < kMaxInterfaces; });
  if (hook == hooks_.end()) hook = hooks_.emplace(hooks_.end());
  hook->interfaces.push_back({index, interface});
  hook->is_changed = true;
}

void NftHooks::remove(IfIndex index) {
  for (Hook& hook : hooks_) {
    if (std::erase_if(hook.interfaces, [&](const Interface& i) { return i.index == index; }))
      hook.is_changed = true;
  }
}

void NftHooks::apply() {
  if (hooks_.empty()) hooks_.push_back({.interfaces = {}, .is_made = false, .is_changed = true});
  for (size_t i = 0; i < hooks_.size(); i++) {
    Hook& hook = hooks_[i];
    if (!hook.is_changed) continue;
    int fault = write(i);
    if (fault == ENOENT) {  // an interface of another switch, which has not been told yet, is gone
      LinkRequests links;
      std::erase_if(hook.interfaces,
                    [&](const Interface& interface) { return !links.is_there(interface.index); });
      fault = write(i);
    }
    if (fault) throw SystemError("hook nftables into the switches' ports", fault);
    hook.is_made = true;
    hook.is_changed = false;
  }
}

int NftHooks::write(size_t number) {
  NftBatch batch;
  if (hooks_[number].is_made) remove_chain(batch, chain_name(number));
  make(number, batch);
  return socket_.commit(batch);
}

void NftHooks::make(size_t number, NftBatch& batch) const {
  std::vector<std::string> names{anchor_};
  for (const Interface& interface : hooks_[number].interfaces) names.push_back(interface.name);
  add_ingress_chain(batch, chain_name(number), names);
  NftRule rule(chain_name(number));
  rule.go_to(kLookupChain);
  rule.add_to(batch);
}

}  // namespace flowbed::sw
