// NftMisses: what no map knows goes to user space, but no more of one port's packets than its share.
//
// A host that floods the switch with new flows would take all of user space's time. So each port may send up
// so many packets a second, and some at once; more are dropped and counted. Where a flow is known to user
// space, and nftables can tell its packets from others, they are no misses: its element's program is
// kLeaveToUser.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "switchd/datapath/nft/nft_batch.hh"
#include "switchd/flow/numbers.hh"

namespace flowbed::sw {

class NftMisses {
 public:
  static constexpr uint64_t kPerSecond = 10'000;  // about a third of what user space can put into nftables
  // About as many as find room in the queue of an ordinary user's socket.
  static constexpr uint32_t kBurst = 512;

  // `user`: the interface that leads to user space.
  NftMisses(NftSocket& socket, IfIndex user) : socket_(socket), user_(user) {}

  static void make_sets(NftBatch& batch);
  void write_rules(NftBatch& batch) const;  // the last ones of the chain of lookups

  // Take effect with `apply`; a port without a share loses all.
  void add_port(IfIndex port);
  void remove_port(IfIndex port);
  void apply();  // throws SystemError

  // Packets dropped since the last time, of each port that has lost some.
  void dump_drops(const std::function<void(IfIndex, uint64_t packets)>& visit);

 private:
  NftSocket& socket_;
  IfIndex user_;
  std::map<IfIndex, uint64_t> ports_;     // and what the kernel counts of their drops
  std::vector<IfIndex> removed_, added_;  // since `apply`
};

}  // namespace flowbed::sw
