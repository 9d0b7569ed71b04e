#include "switchd/flow/match_format.hh"

#include "switchd/flow/field_names.hh"
#include "switchd/flow/field_text.hh"

namespace flowbed::sw {
namespace {

PipelineKey in_pipeline(const FlowKey& key) {
  PipelineKey wide{};
  wide.f.packet = key;
  return wide;
}

bool is_vlan(const Field& field) { return field.offset == offsetof(flow_key_fields, vlan_tci); }

// A megaflow's key and mask as the table of fields has it.
class MegaflowText {
 public:
  MegaflowText(const FlowKey& key, const FlowMask& mask)
      : key_(in_pipeline(key)), left_(in_pipeline(mask)), mask_(left_) {}

  // Calls `visit(name, value)` for each field that the mask looks at. Of fields that stand for the same bits
  // the first counts that such a packet has; the parts of a tag are one "vlan".
  template <class Visit>
  void for_each_field(const PortNamer& port_name, Visit visit) {
    if (packet_mask().in_port) visit("in_port", port_name(in_port_of(key_.f.packet)));
    if (packet_mask().recirculation && packet().recirculation)
      visit("recirculation", std::to_string(packet().recirculation));
    for (const Field& field : fields()) {
      if (is_of_packet(field) && !is_vlan(field) && is_next(field))
        visit(packet_name(field), value_of(field));
      if (field.name == "dl_type" && looks_at_vlan()) visit("vlan", vlan());
    }
  }

 private:
  const flow_key_fields& packet() const { return key_.f.packet.f; }
  const flow_key_fields& packet_mask() const { return mask_.f.packet.f; }

  bool is_next(const Field& field) {
    if (read_field(field, left_) == 0 || !has_field(field, key_)) return false;
    write_field(field, 0, left_);
    return true;
  }

  std::string value_of(const Field& field) const {
    const FieldValue value = read_field(field, key_), mask = read_field(field, mask_);
    if (mask == field.all_ones()) return format_value(field, value);
    if (field.format == FieldFormat::kTcpFlags) return format_value(field, value, mask);
    return format_value(field, value) + "/" + format_value(field, mask);
  }

  bool looks_at_vlan() const { return packet_mask().vlan_tpid != 0 || packet_mask().vlan_tci != 0; }

  std::string vlan() const {
    if (packet().vlan_tpid == 0) return "none";
    const VlanTag tag = vlan_of(key_.f.packet), looked_at = vlan_of(mask_.f.packet);
    std::string text = std::to_string(tag.vid());
    if (looked_at.tci & 0xe000) text += ",pcp=" + std::to_string(tag.tci >> 13);
    return text;
  }

  PipelineKey key_;
  PipelineMask left_, mask_;
};

}  // namespace

std::string format_match(const FlowKey& key, const FlowMask& mask, const PortNamer& port_name) {
  std::string text;
  MegaflowText(key, mask).for_each_field(port_name, [&](std::string_view name, const std::string& value) {
    if (!text.empty()) text += ',';
    text += std::string(name) + "(" + value + ")";
  });
  return text;
}

std::string format_mask(const FlowKey& key, const FlowMask& mask) {
  std::string text;
  const PortNamer unnamed = [](PortNo) { return std::string(); };
  MegaflowText(key, mask).for_each_field(unnamed, [&](std::string_view name, const std::string&) {
    if (!text.empty()) text += ',';
    text += name;
  });
  return text;
}

}  // namespace flowbed::sw
