#include "switchd/datapath/nft/nft_hooks.hh"

#include <algorithm>
#include <cerrno>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "core/base/error.hh"
#include "switchd/datapath/nft/link_request.hh"
#include "switchd/datapath/nft/nft_rule.hh"

namespace flowbed::sw {
namespace {

NftChainObject chain_object(const std::string& name) {
  auto chain = checked(NftChainObject(nftnl_chain_alloc()));
  nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_TABLE, kNftTable);
  nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_NAME, name.c_str());
  return chain;
}

}  // namespace

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
  if (hooks_[number].is_made) {
    const auto chain = chain_object(chain_name(number));
    batch.add(NFT_MSG_DELCHAIN, 0,
              [&](nlmsghdr* message) { nftnl_chain_nlmsg_build_payload(message, chain.get()); });
  }
  make(number, batch);
  return socket_.commit(batch);
}

void NftHooks::make(size_t number, NftBatch& batch) const {
  std::vector<const char*> names{anchor_.c_str()};
  for (const Interface& interface : hooks_[number].interfaces) names.push_back(interface.name.c_str());
  names.push_back(nullptr);
  const auto chain = chain_object(chain_name(number));
  nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_TYPE, "filter");
  nftnl_chain_set_u32(chain.get(), NFTNL_CHAIN_HOOKNUM, NF_NETDEV_INGRESS);
  nftnl_chain_set_s32(chain.get(), NFTNL_CHAIN_PRIO, 0);
  nftnl_chain_set_u32(chain.get(), NFTNL_CHAIN_POLICY, NF_ACCEPT);
  nftnl_chain_set_array(chain.get(), NFTNL_CHAIN_DEVICES, names.data());
  batch.add(NFT_MSG_NEWCHAIN, NLM_F_CREATE,
            [&](nlmsghdr* message) { nftnl_chain_nlmsg_build_payload(message, chain.get()); });
  NftRule rule(chain_name(number));
  rule.go_to(kLookupChain);
  rule.add_to(batch);
}

}  // namespace flowbed::sw
