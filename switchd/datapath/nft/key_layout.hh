// KeyLayout: how nftables looks at a packet to find the megaflows of one mask.
//
// nftables knows neither our flow key nor its words: it copies bytes of the packet into registers, masks
// them, and looks the result up in a map. A layout says which bytes: those that the mask looks at, and those
// that prove that the packet has the headers which the flow's key describes. All flows of a layout share one
// map and one rule.
//
// The kernel's answer must be narrower than the megaflow, never wider. So packets about which the kernel and
// `extract_flow_key` could be of two minds are kept out of every map, and go to user space: IP options, IPv6
// extension headers where more than addresses is looked at, later fragments where ports are, headers that are
// cut off. What cannot be expressed has no layout.
//
// Sixteen registers of four bytes hold the key; a piece begins with a register. The first holds the port's
// ifindex, in the machine's byte order; everything else is as in the packet.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "switchd/flow/flow_key.hh"

namespace flowbed::sw {

enum class PacketPart : uint8_t { kLink, kNetwork, kTransport };  // where an offset counts from
inline constexpr uint8_t kTciOffset = 14;  // of the outermost tag's contents, from kLink

// Bytes of the packet in the key.
struct KeyPiece {
  PacketPart part;
  uint8_t offset, size;
  auto operator<=>(const KeyPiece&) const = default;
};

// What must be so besides.
struct KeyGuard {
  enum class Kind : uint8_t {
    kIsThere,  // the byte at `offset` is
    kAtLeast,  // the number of two bytes is at least `value`
    kIsNot,    // the number of two bytes is not `value`
  };
  Kind kind;
  PacketPart part;
  uint8_t offset;
  uint16_t value = 0;
  auto operator<=>(const KeyGuard&) const = default;
};

inline constexpr size_t kMaxNftKey = 64;
using NftKeyBytes = std::array<uint8_t, kMaxNftKey>;

struct KeyLayout {
  std::vector<KeyGuard> guards;
  std::vector<KeyPiece> pieces;  // behind the ifindex, in this order
  NftKeyBytes mask{};            // of all bytes of the key
  size_t size = 0;               // of the key, a multiple of four

  auto operator<=>(const KeyLayout&) const = default;
};

struct NftKey {
  KeyLayout layout;
  NftKeyBytes bytes{};  // masked
};

// How deep a flow's actions reach into packets. kAddresses: of IP, which the checksums above cover.
enum class ChangeDepth : uint8_t { kLink, kNetwork, kAddresses, kTransport };

// The key of a megaflow (`key` is masked) for packets from that port's interface; none: not to be expressed.
// Packets that do not have what is changed do not match.
std::optional<NftKey> nft_key(const FlowKey& key, const FlowMask& mask, IfIndex in,
                              ChangeDepth changed = ChangeDepth::kLink);
// Of the outermost tag that all packets have which match such a key; 0: they have none. Host order.
uint16_t tag_type(const FlowKey& key, const FlowMask& mask);

}  // namespace flowbed::sw
