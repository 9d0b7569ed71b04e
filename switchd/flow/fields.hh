// The fields of packets and of the pipeline, by name: the one table from which flows are read and written as
// text, from which matches and set-field actions are read and written as OpenFlow messages (OXM, NXM), and
// from which megaflows are printed.
//
// A field is so many bits at a place in the pipeline's key. Several fields may share a place, as tcp_src and
// udp_src do: which one it is, is its prerequisite. A value is a number: of a MAC address 48 bits, of an IPv6
// address 128.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "switchd/flow/pipeline_key.hh"

namespace flowbed::sw {

using FieldValue = unsigned __int128;

// kTos: as the whole byte, whose low two bits are zero: in text and in NXM.
enum class FieldFormat {
  kPort,
  kMac,
  kIpv4,
  kIpv6,
  kDecimal,
  kHex,
  kTos,
  kVlanVid,
  kVlanTci,
  kTcpFlags,
  kFragment
};

// What a packet must be to have the field (OpenFlow 1.3, 7.2.3.8).
struct Prerequisite {
  std::vector<uint16_t> eth_types = {};  // one of these; empty: any
  std::vector<uint8_t> ip_protocols = {};
  std::vector<uint16_t> icmp_types = {};
  bool tagged = false;  // has a VLAN tag
};

// Identifies a field in an OXM or NXM entry.
struct OxmId {
  uint16_t of_class;          // 0x8000 OpenFlow basic, 0xffff experimenter, 0 and 1 Nicira's
  uint8_t number;             // 7 bits
  uint32_t experimenter = 0;  // of class 0xffff: 0x4f4e4600 is the ONF
  bool operator==(const OxmId&) const = default;
};

struct Field {
  std::string_view name;     // as ovs-ofctl prints it: "nw_src", "tcp_dst", "vlan_vid"
  std::string_view aliases;  // other names that people type, separated by spaces
  size_t offset, size;       // in the key, bytes
  unsigned bits;             // of the value, which is big-endian in these bytes
  unsigned shift = 0;        // the value's lowest bit stands so far above the bytes' lowest
  FieldFormat format;
  const Prerequisite* prerequisite = nullptr;  // null: every packet has it
  size_t wire_bytes;                           // of the value in OXM and NXM (NXM_OF_IN_PORT alone has two)
  bool maskable = false;
  bool settable = false;
  std::optional<OxmId> oxm = {};  // from OpenFlow 1.2 on
  std::optional<OxmId> nxm = {};  // Nicira's extensible match, in any version
  uint8_t since = 3;              // the first OpenFlow version with `oxm`, as on the wire: 3 is 1.2, 5 is 1.4

  FieldValue all_ones() const { return bits == 128 ? ~FieldValue{0} : (FieldValue{1} << bits) - 1; }
};

std::span<const Field> fields();
const Field* find_field(std::string_view name);   // by name or alias; null: there is none
const Field& field_named(std::string_view name);  // for the program's own use; there is one

const Field* find_field(const OxmId& id);  // null: none is known

FieldValue read_field(const Field& field, const PipelineKey& key);
void write_field(const Field& field, FieldValue value, PipelineKey& key);
// Only the bits of `mask`.
void write_field(const Field& field, FieldValue value, FieldValue mask, PipelineKey& key);

// Whether a packet, or a match of which `key` holds the exact values, has the field.
bool has_field(const Field& field, const PipelineKey& key);
// The bits that decide whether a packet has it: those that has_field looks at, and for what stands behind the
// IP header also which fragment the packet is, for only the first one has that.
PipelineMask presence_mask(const Field& field);

// Fields of the packet itself, which a megaflow may look at; the others are the pipeline's.
bool is_of_packet(const Field& field);

}  // namespace flowbed::sw
