#include "switchd/flow/match_format.hh"

#include <algorithm>
#include <utility>
#include <vector>

#include "switchd/flow/fields.hh"

namespace flowbed::sw {
namespace {

std::span<const uint8_t> bytes_of(const Field& field, const FlowMask& mask) {
  return {reinterpret_cast<const uint8_t*>(&mask) + field.offset, field.size};
}

bool is_looked_at(const Field& field, const FlowKey& key, const FlowMask& mask) {
  return field_exists(field, key) &&
         std::ranges::any_of(bytes_of(field, mask), [](uint8_t b) { return b != 0; });
}

bool is_exact(const Field& field, const FlowMask& mask) {
  return std::ranges::all_of(bytes_of(field, mask), [](uint8_t b) { return b == 0xff; });
}

bool is_vlan(const Field& field) { return field.name.starts_with("vlan_"); }

std::string format_vlan(const FlowKey& key, const FlowMask& mask) {
  const VlanTag tag = vlan_of(key), looked_at = vlan_of(mask);
  if (!tag.present()) return "none";
  std::string text = std::to_string(tag.vid());
  if (looked_at.tci & 0xe000) text += ",pcp=" + std::to_string(tag.tci >> 13);
  return text;
}

std::string format_value(const Field& field, const FlowKey& key, const FlowMask& mask,
                         const PortNamer& port_name) {
  if (is_vlan(field)) return format_vlan(key, mask);
  if (field.kind == FieldKind::kPort) return port_name(in_port_of(key));
  std::string text = format_field(field, key);
  if (!is_exact(field, mask)) text += "/" + format_field(field, mask);
  return text;
}

// Calls `visit(name, field)` for each field that the mask looks at; the two halves of a tag count as one
// "vlan".
template <class Visit>
void for_each_field(const FlowKey& key, const FlowMask& mask, Visit visit) {
  bool vlan_seen = false;
  for (const Field& field : fields()) {
    if (!is_looked_at(field, key, mask)) continue;
    if (!is_vlan(field)) {
      visit(field.name, field);
    } else if (!std::exchange(vlan_seen, true)) {
      visit("vlan", field);
    }
  }
}

}  // namespace

std::string format_match(const FlowKey& key, const FlowMask& mask, const PortNamer& port_name) {
  std::string text;
  for_each_field(key, mask, [&](std::string_view name, const Field& field) {
    if (!text.empty()) text += ',';
    text += std::string(name) + "(" + format_value(field, key, mask, port_name) + ")";
  });
  return text;
}

std::string format_mask(const FlowKey& key, const FlowMask& mask) {
  std::string text;
  for_each_field(key, mask, [&](std::string_view name, const Field&) {
    if (!text.empty()) text += ',';
    text += name;
  });
  return text;
}

}  // namespace flowbed::sw
