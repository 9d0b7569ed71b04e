// NftHooks: at which interfaces packets come in.
//
// A base chain stands at the ingress of some interfaces, and leads all packets to the one chain of lookups.
// Before Linux 6.4 the interfaces of a chain cannot change, so a chain is made anew for each new one; that
// takes the longer the more it has (the kernel allows 255), and so there are many chains, with few each. Each
// also stands at an interface that never goes, for a chain that loses its last one is removed by the kernel.
#pragma once

#include <string>
#include <vector>

#include "switchd/datapath/nft/nft_batch.hh"
#include "switchd/flow/numbers.hh"

namespace flowbed::sw {

inline constexpr char kLookupChain[] = "lookup";

class NftHooks {
 public:
  // `anchor`: an interface by which no packet ever comes in.
  NftHooks(NftSocket& socket, std::string anchor) : socket_(socket), anchor_(std::move(anchor)) {}

  // Take effect with `apply`.
  void add(IfIndex index, const std::string& interface);
  void remove(IfIndex index);

  // Throws SystemError, also where the kernel has no such hooks at all.
  void apply();

 private:
  static constexpr size_t kMaxInterfaces = 32;

  struct Interface {
    IfIndex index;
    std::string name;
  };
  struct Hook {
    std::vector<Interface> interfaces;
    bool is_made = false, is_changed = false;
  };

  int write(size_t number);  // the kernel's error, or 0
  void make(size_t number, NftBatch& batch) const;
  static std::string chain_name(size_t number) { return "in" + std::to_string(number); }

  NftSocket& socket_;
  std::string anchor_;
  std::vector<Hook> hooks_;
};

}  // namespace flowbed::sw
