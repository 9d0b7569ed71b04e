// NftTable: Flowbed's table in this network namespace, and the socket that owns it.
//
// The table belongs to this process's socket: when that closes, however the process ends, the kernel removes
// all of it. Nobody else can change it meanwhile.
#pragma once

#include "switchd/datapath/nft/nft_batch.hh"

namespace flowbed::sw {

class NftTable {
 public:
  // Goes with the socket. Throws SystemError; Error: another process has one here.
  explicit NftTable(NftSocket& socket);
};

}  // namespace flowbed::sw
