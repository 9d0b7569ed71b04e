// Chains of nftables. Their rules are added behind them.
#pragma once

#include <string>
#include <vector>

#include "switchd/datapath/nft/nft_batch.hh"

namespace flowbed::sw {

void add_chain(NftBatch& batch, const std::string& name);
// One to which packets go that come in at these interfaces.
void add_ingress_chain(NftBatch& batch, const std::string& name, const std::vector<std::string>& interfaces);
void remove_chain(NftBatch& batch, const std::string& name);  // which nothing leads to

}  // namespace flowbed::sw
