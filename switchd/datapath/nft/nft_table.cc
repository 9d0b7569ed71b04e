#include "switchd/datapath/nft/nft_table.hh"

#include <cerrno>

#include <linux/netfilter/nf_tables.h>

#include "core/base/error.hh"
#include "switchd/datapath/nft/nft_objects.hh"
#include "switchd/datapath/nft/nft_rule.hh"

namespace flowbed::sw {
namespace {

// Of those that we see, the one that has our table's name.
bool is_there(NftSocket& socket) {
  bool found = false;
  const auto name_it = [](nlmsghdr*) {};
  socket.dump(NFT_MSG_GETTABLE, name_it, [&](const nlmsghdr* message) {
    const auto table = checked(NftTableObject(nftnl_table_alloc()));
    if (nftnl_table_nlmsg_parse(message, table.get()) == 0)
      found |= nftnl_table_get_str(table.get(), NFTNL_TABLE_NAME) == std::string_view(kNftTable);
  });
  return found;
}

}  // namespace

NftTable::NftTable(NftSocket& socket) {
  NftBatch batch;
  const auto table = checked(NftTableObject(nftnl_table_alloc()));
  nftnl_table_set_str(table.get(), NFTNL_TABLE_NAME, kNftTable);
  nftnl_table_set_u32(table.get(), NFTNL_TABLE_FLAGS, NFT_TABLE_F_OWNER);
  batch.add(NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL,
            [&](nlmsghdr* message) { nftnl_table_nlmsg_build_payload(message, table.get()); });
  const int fault = socket.commit(batch);
  if (fault == 0) return;
  if (is_there(socket))
    throw Error(
        "another flowbed-switchd uses nftables in this network namespace; stop it, or give --datapath "
        "userspace");
  throw SystemError("make a table of nftables", fault);
}

}  // namespace flowbed::sw
