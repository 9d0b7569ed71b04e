#include "switchd/datapath/nft/nft_misses.hh"

#include <cstring>

#include <linux/netfilter/nf_tables.h>

#include "core/base/log.hh"
#include "switchd/datapath/nft/nft_elements.hh"
#include "switchd/datapath/nft/nft_hooks.hh"
#include "switchd/datapath/nft/nft_rule.hh"

namespace flowbed::sw {
namespace {

constexpr char kShares[] = "shares", kDrops[] = "drops";
constexpr uint32_t kMaxPorts = 65536;

void add_set(NftBatch& batch, const char* name, uint32_t id) {
  const auto set = set_object(name);
  nftnl_set_set_u32(set.get(), NFTNL_SET_FLAGS, NFT_SET_EVAL);
  nftnl_set_set_u32(set.get(), NFTNL_SET_KEY_TYPE, kAnyType);
  nftnl_set_set_u32(set.get(), NFTNL_SET_KEY_LEN, sizeof(uint32_t));
  nftnl_set_set_u32(set.get(), NFTNL_SET_ID, id);
  nftnl_set_set_u32(set.get(), NFTNL_SET_DESC_SIZE, kMaxPorts);
  batch.add(NFT_MSG_NEWSET, NLM_F_CREATE,
            [&](nlmsghdr* message) { nftnl_set_nlmsg_build_payload(message, set.get()); });
}

}  // namespace

void NftMisses::make_sets(NftBatch& batch) {
  add_set(batch, kShares, NftSetId::kShares);
  add_set(batch, kDrops, NftSetId::kDrops);
}

void NftMisses::write_rules(NftBatch& batch) const {
  NftRule share(kLookupChain);
  share.limit_port(kShares, kPerSecond, kBurst);
  share.send_to_user(user_);
  share.add_to(batch);
  NftRule excess(kLookupChain);
  excess.count_by_port(kDrops);
  excess.drop();
  excess.add_to(batch);
}

void NftMisses::dump_drops(const std::function<void(IfIndex, uint64_t)>& visit) {
  const int fault = dump_elements(socket_, kDrops, [&](const NftElement& element) {
    uint32_t port;
    memcpy(&port, element.key.data(), sizeof port);
    visit(IfIndex{port}, element.count.packets);
  });
  if (fault) spdlog::debug("nftables did not list the drops of ports: {}", strerror(fault));
}

}  // namespace flowbed::sw
