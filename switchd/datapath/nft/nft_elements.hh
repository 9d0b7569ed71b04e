// Elements of nftables' sets and maps, as netlink says them.
#pragma once

#include <functional>
#include <string>

#include "core/base/clock.hh"
#include "switchd/datapath/nft/key_layout.hh"
#include "switchd/datapath/nft/nft_batch.hh"
#include "switchd/datapath/nft/nft_objects.hh"

namespace flowbed::sw {

inline constexpr uint32_t kAnyType = 1;  // of keys and values: only nft, the program, cares

// What a batch calls the sets that it makes.
namespace NftSetId {
inline constexpr uint32_t kPrograms = 1, kShares = 2, kDrops = 3, kFirstFlows = 4;
}

struct KernelCount {
  uint64_t packets = 0, bytes = 0;
  Duration idle{};  // since the last of the packets
};

struct NftElement {
  NftKeyBytes key{};
  KernelCount count;
};
using NftElementVisitor = std::function<void(const NftElement&)>;

// A set or map of Flowbed's table, for messages about it.
NftSetObject set_object(const std::string& name);
nftnl_set_elem* new_element(const void* key, size_t size);  // to be given to a set object
// `statistics`: what each element has, "counter" or "last".
void add_statistics(nftnl_set* set, std::initializer_list<const char*> statistics);

void read_elements(const nlmsghdr* message, NftElementVisitor visit);
// 0, or the error.
int dump_elements(NftSocket& socket, const std::string& set, const NftElementVisitor& visit);
int start_element_dump(NftSocket& socket, const std::string& set);  // NftSocket::start_dump

}  // namespace flowbed::sw
