// Whether nftables can write into VLAN tags here.
//
// The kernel takes tags out of packets as they come in. A write to a tag's place has to know that, which not
// every kernel does: others write into what has taken its place. No message tells, so a packet is tried.
#pragma once

#include "switchd/datapath/nft/nft_batch.hh"
#include "switchd/datapath/nft/upcall_pair.hh"

namespace flowbed::sw {

// `socket`: the table's. `packets`: a packet socket with virtio-net headers that hears nothing yet. (To close
// one takes the kernel some 10 ms, so the trial has none of its own.)
bool nftables_changes_tags(NftSocket& socket, const UpcallPair& pair, int packets);

}  // namespace flowbed::sw
