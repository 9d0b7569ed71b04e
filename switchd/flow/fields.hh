// The fields of a flow key by name: the one table from which matches are printed and packets are parsed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "switchd/flow/flow_key.hh"

namespace flowbed::sw {

enum class FieldKind { kPort, kMac, kIpv4, kIpv6, kDecimal, kHex };

struct Field {
  std::string_view name;
  std::string_view aliases;  // other names that people type, separated by spaces
  size_t offset, size;       // in the key, bytes
  FieldKind kind;
  uint16_t eth_type = 0;  // the field exists only in packets of this type; 0: in all
};

std::span<const Field> fields();
// By name or alias. Several fields share a name (ip_src is of IPv4 and of IPv6): the first that accepts
// `value`.
const Field* find_field(std::string_view name, std::string_view value);
bool field_exists(const Field& field, const FlowKey& key);

std::string format_field(const Field& field, const FlowKey& key);
// Writes the value into the key; false: `value` is none for this field.
bool parse_field(const Field& field, std::string_view value, FlowKey& key);

}  // namespace flowbed::sw
