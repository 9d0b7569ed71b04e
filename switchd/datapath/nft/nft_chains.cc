#include "switchd/datapath/nft/nft_chains.hh"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "switchd/datapath/nft/nft_objects.hh"
#include "switchd/datapath/nft/nft_rule.hh"

namespace flowbed::sw {
namespace {

NftChainObject chain_object(const std::string& name) {
  auto chain = checked(NftChainObject(nftnl_chain_alloc()));
  nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_TABLE, kNftTable);
  nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_NAME, name.c_str());
  return chain;
}

void put(NftBatch& batch, uint16_t message_type, uint16_t flags, const NftChainObject& chain) {
  batch.add(message_type, flags,
            [&](nlmsghdr* message) { nftnl_chain_nlmsg_build_payload(message, chain.get()); });
}

}  // namespace

void add_chain(NftBatch& batch, const std::string& name) {
  put(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE, chain_object(name));
}

void add_ingress_chain(NftBatch& batch, const std::string& name, const std::vector<std::string>& interfaces) {
  std::vector<const char*> names;
  for (const std::string& interface : interfaces) names.push_back(interface.c_str());
  names.push_back(nullptr);
  const auto chain = chain_object(name);
  nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_TYPE, "filter");
  nftnl_chain_set_u32(chain.get(), NFTNL_CHAIN_HOOKNUM, NF_NETDEV_INGRESS);
  nftnl_chain_set_s32(chain.get(), NFTNL_CHAIN_PRIO, 0);
  nftnl_chain_set_u32(chain.get(), NFTNL_CHAIN_POLICY, NF_ACCEPT);
  nftnl_chain_set_array(chain.get(), NFTNL_CHAIN_DEVICES, names.data());
  put(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE, chain);
}

void remove_chain(NftBatch& batch, const std::string& name) {
  put(batch, NFT_MSG_DELCHAIN, 0, chain_object(name));
}

}  // namespace flowbed::sw
