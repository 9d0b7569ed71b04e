// OpenFlow 1.0's match: a fixed structure, in which one member stands for different fields, by what the
// packet is. A member of which the packet's kind is not known is ignored, whatever its wildcard says.
#include <bit>
#include <initializer_list>

#include "switchd/openflow/match_entries.hh"
#include "switchd/openflow/port_numbers.hh"

namespace flowbed::sw {
namespace {

enum Wildcard : uint32_t {
  kAnyInPort = 1 << 0,
  kAnyVlan = 1 << 1,
  kAnyEthSrc = 1 << 2,
  kAnyEthDst = 1 << 3,
  kAnyEthType = 1 << 4,
  kAnyProtocol = 1 << 5,
  kAnyTpSrc = 1 << 6,
  kAnyTpDst = 1 << 7,
  kAnyPcp = 1 << 20,
  kAnyTos = 1 << 21,
  kAnything = (1 << 22) - 1,
};
// Six bits each: so many low bits of the address do not count; 32 and more: none counts.
constexpr unsigned kSourceShift = 8, kDestinationShift = 14;
constexpr uint32_t kAddressBits = 0x3f;

constexpr uint16_t kNoVlan = 0xffff;
constexpr FieldValue kTagged = 0x1000, kVlanIdBits = 0x0fff;

using Fields = std::vector<const Field*>;
Fields named(std::initializer_list<std::string_view> names) {
  Fields found;
  for (const std::string_view name : names) found.push_back(&field_named(name));
  return found;
}

// Which fields a member may stand for.
struct Members {
  Fields in_port = named({"in_port"}), eth_src = named({"dl_src"}), eth_dst = named({"dl_dst"}),
         eth_type = named({"dl_type"}), tos = named({"nw_tos"}), protocol = named({"nw_proto", "arp_op"}),
         nw_src = named({"nw_src", "arp_spa"}), nw_dst = named({"nw_dst", "arp_tpa"}),
         tp_src = named({"tcp_src", "udp_src", "sctp_src", "icmp_type", "icmpv6_type"}),
         tp_dst = named({"tcp_dst", "udp_dst", "sctp_dst", "icmp_code", "icmpv6_code"});
  const Field &vlan = field_named("vlan_vid"), &pcp = field_named("vlan_pcp");
};
const Members& members() {
  static const Members all;
  return all;
}

const Field* present(const Fields& candidates, const Match& match) {
  for (const Field* field : candidates) {
    if (has_field(*field, match.key)) return field;
  }
  return nullptr;
}

struct MatchV10 {
  uint32_t wildcards = kAnything;
  uint16_t in_port = 0;
  FieldValue eth_src = 0, eth_dst = 0;
  uint16_t vlan = 0;
  uint8_t pcp = 0;
  uint16_t eth_type = 0;
  uint8_t tos = 0, protocol = 0;
  uint32_t nw_src = 0, nw_dst = 0;
  uint16_t tp_src = 0, tp_dst = 0;
};

FieldValue read_mac(WireReader& reader) {
  const FieldValue high = reader.u16();
  return high << 32 | reader.u32();
}

void write_mac(FieldValue mac, WireWriter& writer) {
  writer.u16(static_cast<uint16_t>(mac >> 32));
  writer.u32(static_cast<uint32_t>(mac));
}

MatchV10 read_structure(WireReader& reader) {
  MatchV10 m;
  m.wildcards = reader.u32();
  m.in_port = reader.u16();
  m.eth_src = read_mac(reader);
  m.eth_dst = read_mac(reader);
  m.vlan = reader.u16();
  m.pcp = reader.u8();
  reader.skip(1);
  m.eth_type = reader.u16();
  m.tos = reader.u8();
  m.protocol = reader.u8();
  reader.skip(2);
  m.nw_src = reader.u32();
  m.nw_dst = reader.u32();
  m.tp_src = reader.u16();
  m.tp_dst = reader.u16();
  return m;
}

void write_structure(const MatchV10& m, WireWriter& writer) {
  writer.u32(m.wildcards);
  writer.u16(m.in_port);
  write_mac(m.eth_src, writer);
  write_mac(m.eth_dst, writer);
  writer.u16(m.vlan);
  writer.u8(m.pcp);
  writer.zeros(1);
  writer.u16(m.eth_type);
  writer.u8(m.tos);
  writer.u8(m.protocol);
  writer.zeros(2);
  writer.u32(m.nw_src);
  writer.u32(m.nw_dst);
  writer.u16(m.tp_src);
  writer.u16(m.tp_dst);
}

class Reading {
 public:
  explicit Reading(const MatchV10& from) : from_(from) {}

  Match match() {
    const Members& m = members();
    exact(kAnyInPort, m.in_port, to_number(widen_port(from_.in_port)));
    exact(kAnyEthSrc, m.eth_src, from_.eth_src);
    exact(kAnyEthDst, m.eth_dst, from_.eth_dst);
    tag();
    exact(kAnyEthType, m.eth_type, from_.eth_type);
    exact(kAnyTos, m.tos, from_.tos >> 2);
    exact(kAnyProtocol, m.protocol, from_.protocol);
    address(kSourceShift, m.nw_src, from_.nw_src);
    address(kDestinationShift, m.nw_dst, from_.nw_dst);
    exact(kAnyTpSrc, m.tp_src, from_.tp_src);
    exact(kAnyTpDst, m.tp_dst, from_.tp_dst);
    return match_;
  }

 private:
  bool wanted(Wildcard wildcard) const { return !(from_.wildcards & wildcard); }

  void exact(Wildcard wildcard, const Fields& candidates, FieldValue value) {
    if (!wanted(wildcard)) return;
    if (const Field* field = present(candidates, match_)) match_.set(*field, value);
  }

  void address(unsigned shift, const Fields& candidates, uint32_t value) {
    const uint32_t wild = from_.wildcards >> shift & kAddressBits;
    const Field* field = present(candidates, match_);
    if (field && wild < 32) match_.set(*field, value, uint32_t{0xffffffff} << wild);
  }

  void tag() {
    const Members& m = members();
    if (wanted(kAnyVlan) && from_.vlan == kNoVlan) return match_.set(m.vlan, 0);
    if (wanted(kAnyVlan)) match_.set(m.vlan, kTagged | (from_.vlan & kVlanIdBits));
    if (!wanted(kAnyPcp)) return;
    if (!wanted(kAnyVlan)) match_.set(m.vlan, kTagged, kTagged);
    match_.set(m.pcp, from_.pcp & m.pcp.all_ones());
  }

  const MatchV10& from_;
  Match match_;
};

class Writing {
 public:
  explicit Writing(const Match& match) : match_(match) {}

  MatchV10 structure() {
    const Members& m = members();
    uint32_t in_port = to_number(kOfPortAny);
    exact(kAnyInPort, m.in_port, in_port);
    if (!any(kAnyInPort)) to_.in_port = narrow_port(OfPort{in_port});
    exact(kAnyEthSrc, m.eth_src, to_.eth_src);
    exact(kAnyEthDst, m.eth_dst, to_.eth_dst);
    tag();
    exact(kAnyEthType, m.eth_type, to_.eth_type);
    exact(kAnyTos, m.tos, to_.tos);
    to_.tos = static_cast<uint8_t>(to_.tos << 2);
    exact(kAnyProtocol, m.protocol, to_.protocol);
    to_.nw_src = address(kSourceShift, m.nw_src);
    to_.nw_dst = address(kDestinationShift, m.nw_dst);
    exact(kAnyTpSrc, m.tp_src, to_.tp_src);
    exact(kAnyTpDst, m.tp_dst, to_.tp_dst);
    return to_;
  }

 private:
  bool any(Wildcard wildcard) const { return to_.wildcards & wildcard; }

  template <class Number>
  void exact(Wildcard wildcard, const Fields& candidates, Number& number) {
    const Field* field = present(candidates, match_);
    if (!field || read_field(*field, match_.mask) != field->all_ones()) return;
    to_.wildcards &= ~wildcard;
    number = static_cast<Number>(read_field(*field, match_.key));
  }

  uint32_t address(unsigned shift, const Fields& candidates) {
    const Field* field = present(candidates, match_);
    const uint32_t mask = field ? static_cast<uint32_t>(read_field(*field, match_.mask)) : 0;
    const auto wild = static_cast<uint32_t>(std::countr_zero(mask));
    const bool is_prefix = mask != 0 && std::countl_one(mask) + wild == 32;
    to_.wildcards &= ~(kAddressBits << shift);
    to_.wildcards |= (is_prefix ? wild : 32) << shift;
    return is_prefix ? static_cast<uint32_t>(read_field(*field, match_.key)) : 0;
  }

  void tag() {
    const Members& m = members();
    const FieldValue bits = read_field(m.vlan, match_.mask), id = read_field(m.vlan, match_.key);
    if (bits & kTagged & ~id) {
      to_.vlan = kNoVlan;
      to_.wildcards &= ~kAnyVlan;
    } else if (bits == m.vlan.all_ones()) {
      to_.vlan = static_cast<uint16_t>(id & kVlanIdBits);
      to_.wildcards &= ~kAnyVlan;
    }
    if (has_field(m.pcp, match_.key)) exact(kAnyPcp, {&m.pcp}, to_.pcp);
  }

  const Match& match_;
  MatchV10 to_;
};

}  // namespace

Match read_match_v10(WireReader& reader) {
  const MatchV10 structure = read_structure(reader);
  return Reading(structure).match();
}

void write_match_v10(const Match& match, WireWriter& writer) {
  write_structure(Writing(match).structure(), writer);
}

}  // namespace flowbed::sw
