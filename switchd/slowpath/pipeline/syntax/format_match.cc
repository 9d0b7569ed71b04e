#include <utility>

#include "switchd/flow/field_names.hh"
#include "switchd/flow/field_text.hh"
#include "switchd/flow/protocol_words.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"

namespace flowbed::sw {
namespace {

constexpr uint64_t kTagged = 0x1000, kVid = 0x0fff, kPcp = 0xe000;  // in vlan_tci

class MatchFormatter {
 public:
  MatchFormatter(const Match& match, const PortNames& ports) : match_(match), ports_(ports) {}

  std::string format() {
    add_protocol();
    for (const Field* field : fields_of(match_, [](const Field& f) { return f.offset != kVlanOffset; })) {
      if (is_of_packet(*field)) add_vlan();  // between the pipeline's fields and the packet's
      if (!is_said_by_word(*field)) add_field(*field);
    }
    add_vlan();
    return text_;
  }

 private:
  static constexpr size_t kVlanOffset = offsetof(flow_key_fields, vlan_tci);

  FieldValue value(const Field& field) const { return read_field(field, match_.key); }
  FieldValue mask(const Field& field) const { return read_field(field, match_.mask); }
  bool is_exact(const Field& field) const { return mask(field) == field.all_ones(); }

  void add(const std::string& part) { text_ += (text_.empty() ? "" : ",") + part; }

  // "tcp" for dl_type=0x0800,nw_proto=6.
  void add_protocol() {
    const Field &type = field_named("dl_type"), &protocol = field_named("nw_proto");
    if (!is_exact(type)) return;
    const auto eth_type = static_cast<uint16_t>(value(type));
    if (is_exact(protocol) && has_field(protocol, match_.key))
      word_ = find_protocol_word(eth_type, static_cast<uint8_t>(value(protocol)));
    if (!word_) word_ = find_protocol_word(eth_type, 0);
    if (word_) add(std::string(word_->word));
  }

  bool is_said_by_word(const Field& field) const {
    return word_ && (field.name == "dl_type" || (field.name == "nw_proto" && word_->ip_proto));
  }

  void add_field(const Field& field) {
    if (field.format == FieldFormat::kPort)
      return add(std::string(field.name) + "=" +
                 format_port(OfPort{static_cast<uint32_t>(value(field))}, ports_));
    add(std::string(printed_name(field)) + "=" + format_value(field, value(field), mask(field)));
  }

  // tp_src and icmp_type, as the protocol's word stands before them.
  static std::string_view printed_name(const Field& field) {
    const std::string_view name = packet_name(field);
    return name.starts_with("tp_") || name.starts_with("icmp_") ? name : field.name;
  }

  void add_vlan() {
    if (std::exchange(vlan_is_added_, true)) return;
    const Field& tci = field_named("vlan_tci");
    const auto looked_at = static_cast<uint64_t>(mask(tci)), bits = static_cast<uint64_t>(value(tci));
    if (looked_at == 0) return;
    const bool tagged = bits & kTagged;
    const bool has_vid = (looked_at & kVid) == kVid, has_pcp = (looked_at & kPcp) == kPcp;
    const bool by_parts = tagged && (has_vid || (looked_at & kVid) == 0) &&
                          (has_pcp || (looked_at & kPcp) == 0) && (has_vid || has_pcp);
    if (!by_parts) return add("vlan_tci=" + format_value(tci, bits, looked_at));
    if (has_vid) add("dl_vlan=" + std::to_string(bits & kVid));
    if (has_pcp) add("dl_vlan_pcp=" + std::to_string(bits >> 13));
  }

  const Match& match_;
  const PortNames& ports_;
  const ProtocolWord* word_ = nullptr;
  bool vlan_is_added_ = false;
  std::string text_;
};

}  // namespace

std::string format_match(const Match& match, const PortNames& ports) {
  return MatchFormatter(match, ports).format();
}

}  // namespace flowbed::sw
