#include "switchd/datapath/nft/nft_misses.hh"

#include <algorithm>
#include <cstring>
#include <span>

#include <linux/netfilter/nf_tables.h>

#include "core/base/error.hh"
#include "core/base/log.hh"
#include "switchd/datapath/nft/nft_elements.hh"
#include "switchd/datapath/nft/nft_hooks.hh"
#include "switchd/datapath/nft/nft_rule.hh"

namespace flowbed::sw {
namespace {

constexpr char kShares[] = "shares", kDrops[] = "drops";
constexpr uint32_t kMaxPorts = 65536;
constexpr size_t kPortsOfMessage = 256;

// One element for each port, which limits or counts whoever looks it up.
void add_set(NftBatch& batch, const char* name, uint32_t id, nftnl_expr* of_each) {
  const auto set = set_object(name);
  nftnl_set_set_u32(set.get(), NFTNL_SET_FLAGS, NFT_SET_EXPR);
  nftnl_set_set_u32(set.get(), NFTNL_SET_KEY_TYPE, kAnyType);
  nftnl_set_set_u32(set.get(), NFTNL_SET_KEY_LEN, sizeof(uint32_t));
  nftnl_set_set_u32(set.get(), NFTNL_SET_ID, id);
  nftnl_set_set_u32(set.get(), NFTNL_SET_DESC_SIZE, kMaxPorts);
  nftnl_set_add_expr(set.get(), of_each);
  batch.add(NFT_MSG_NEWSET, NLM_F_CREATE,
            [&](nlmsghdr* message) { nftnl_set_nlmsg_build_payload(message, set.get()); });
}

nftnl_expr* limit() {
  nftnl_expr* limit = new_expression("limit");
  nftnl_expr_set_u64(limit, NFTNL_EXPR_LIMIT_RATE, NftMisses::kPerSecond);
  nftnl_expr_set_u64(limit, NFTNL_EXPR_LIMIT_UNIT, 1);
  nftnl_expr_set_u32(limit, NFTNL_EXPR_LIMIT_BURST, NftMisses::kBurst);
  nftnl_expr_set_u32(limit, NFTNL_EXPR_LIMIT_TYPE, NFT_LIMIT_PKTS);
  return limit;
}

void change_elements(NftBatch& batch, uint16_t message_type, uint16_t flags, std::span<const IfIndex> ports) {
  for (const char* set : {kShares, kDrops}) {
    for (auto left = ports; !left.empty();) {
      const auto some = left.first(std::min(left.size(), kPortsOfMessage));
      left = left.subspan(some.size());
      const auto object = set_object(set);
      for (const IfIndex port : some) {
        const uint32_t index = to_number(port);
        nftnl_set_elem_add(object.get(), new_element(&index, sizeof index));
      }
      batch.add(message_type, flags,
                [&](nlmsghdr* message) { nftnl_set_elems_nlmsg_build_payload(message, object.get()); });
    }
  }
}

}  // namespace

void NftMisses::make_sets(NftBatch& batch) {
  add_set(batch, kShares, NftSetId::kShares, limit());
  add_set(batch, kDrops, NftSetId::kDrops, new_expression("counter"));
}

void NftMisses::add_port(IfIndex port) {
  if (ports_.try_emplace(port, 0).second) added_.push_back(port);
}

void NftMisses::remove_port(IfIndex port) {
  if (ports_.erase(port) == 0) return;
  if (std::erase(added_, port) == 0) removed_.push_back(port);
}

void NftMisses::apply() {
  if (added_.empty() && removed_.empty()) return;
  NftBatch batch;
  change_elements(batch, NFT_MSG_DELSETELEM, 0, removed_);
  change_elements(batch, NFT_MSG_NEWSETELEM, NLM_F_CREATE, added_);
  if (const int fault = socket_.commit(batch))
    throw SystemError("give ports their shares of misses by nftables", fault);
  removed_.clear();
  added_.clear();
}

void NftMisses::write_rules(NftBatch& batch) const {
  NftRule share(kLookupChain);
  share.load_in_port(0);
  share.require_in(kShares, 0);
  share.send_to_user(user_);
  share.add_to(batch);
  NftRule excess(kLookupChain);
  excess.load_in_port(0);
  excess.require_in(kDrops, 0);
  excess.add_to(batch);
  NftRule end(kLookupChain);
  end.drop();
  end.add_to(batch);
}

void NftMisses::dump_drops(const std::function<void(IfIndex, uint64_t)>& visit) {
  const int fault = dump_elements(socket_, kDrops, [&](const NftElement& element) {
    uint32_t port;
    memcpy(&port, element.key.data(), sizeof port);
    const auto known = ports_.find(IfIndex{port});
    if (known == ports_.end() || element.count.packets <= known->second) return;
    visit(known->first, element.count.packets - std::exchange(known->second, element.count.packets));
  });
  if (fault) spdlog::debug("nftables did not list the drops of ports: {}", strerror(fault));
}

}  // namespace flowbed::sw
