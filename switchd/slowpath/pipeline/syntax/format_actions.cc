#include "switchd/flow/field_names.hh"
#include "switchd/flow/field_text.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "switchd/slowpath/pipeline/syntax/format_learn.hh"
#include "switchd/slowpath/pipeline/syntax/reason_names.hh"
#include "switchd/slowpath/pipeline/syntax/slice_syntax.hh"

namespace flowbed::sw {
namespace {

std::string number(uint64_t value) { return std::to_string(value); }

std::string with_type(const char* word, uint16_t eth_type) {
  char text[32];
  snprintf(text, sizeof text, "%s:0x%04x", word, eth_type);
  return text;
}

class ActionFormatter {
 public:
  explicit ActionFormatter(const PortNames& ports) : ports_(ports) {}

  std::string operator()(const of::Output& a) const {
    switch (to_number(a.port)) {
      case to_number(kOfPortController):
        return "CONTROLLER:" + number(a.max_len);
      case to_number(kOfPortNormal):
      case to_number(kOfPortFlood):
      case to_number(kOfPortAll):
      case to_number(kOfPortLocal):
      case to_number(kOfPortInPort):
        return format_port(a.port, ports_);
      default:
        return "output:" + format_port(a.port, ports_);
    }
  }
  std::string operator()(const of::Enqueue& a) const {
    return "enqueue:" + format_port(a.port, ports_) + ":" + number(a.queue);
  }
  std::string operator()(const of::SetField& a) const {
    std::string text = a.field->format == FieldFormat::kPort
                           ? format_port(OfPort{static_cast<uint32_t>(a.value)}, ports_)
                           : format_value(*a.field, a.value, a.mask);
    return "set_field:" + text + "->" + std::string(set_name(*a.field));
  }
  std::string operator()(const of::SetVlanVid& a) const { return "mod_vlan_vid:" + number(a.vid); }
  std::string operator()(const of::SetVlanPcp& a) const { return "mod_vlan_pcp:" + number(a.pcp); }
  std::string operator()(const of::SetTransport& a) const {
    return (a.source ? "mod_tp_src:" : "mod_tp_dst:") + number(a.port);
  }
  std::string operator()(const of::PushVlan& a) const { return with_type("push_vlan", a.eth_type); }
  std::string operator()(const of::PopVlan&) const { return "pop_vlan"; }
  std::string operator()(const of::PushMpls& a) const { return with_type("push_mpls", a.eth_type); }
  std::string operator()(const of::PopMpls& a) const { return with_type("pop_mpls", a.eth_type); }
  std::string operator()(const of::PushPbb& a) const { return with_type("push_pbb", a.eth_type); }
  std::string operator()(const of::PopPbb&) const { return "pop_pbb"; }
  std::string operator()(const of::SetTtl& a) const { return "mod_nw_ttl:" + number(a.ttl); }
  std::string operator()(const of::DecrementTtl& a) const {
    std::string ids;
    for (const uint16_t id : a.controllers) ids += (ids.empty() ? "" : ",") + number(id);
    return ids.empty() ? "dec_ttl" : "dec_ttl(" + ids + ")";
  }
  std::string operator()(const of::SetMplsTtl& a) const { return "set_mpls_ttl(" + number(a.ttl) + ")"; }
  std::string operator()(const of::DecrementMplsTtl&) const { return "dec_mpls_ttl"; }
  std::string operator()(const of::CopyTtlOut&) const { return "copy_ttl_out"; }
  std::string operator()(const of::CopyTtlIn&) const { return "copy_ttl_in"; }
  std::string operator()(const of::Group& a) const { return "group:" + number(a.id); }
  std::string operator()(const of::SetQueue& a) const { return "set_queue:" + number(a.queue); }
  std::string operator()(const of::PopQueue&) const { return "pop_queue"; }
  std::string operator()(const of::Controller& a) const {
    std::string text = "controller(max_len=" + number(a.max_len);
    if (a.reason != PacketInReason::kApplyAction) text += ",reason=" + std::string(reason_name(a.reason));
    if (a.id) text += ",id=" + number(a.id);
    return text + ")";
  }
  std::string operator()(const of::Move& a) const {
    return "move:" + format_slice(a.from) + "->" + format_slice(a.to);
  }
  std::string operator()(const of::Load& a) const {
    if (a.to.field->name == "tun_id" && a.to.count == a.to.field->bits)
      return (a.value >> 32 ? "set_tunnel64:" : "set_tunnel:") + format_wide_number(a.value);
    return "load:" + format_wide_number(a.value) + "->" + format_slice(a.to);
  }
  std::string operator()(const of::OutputField& a) const { return "output:" + format_slice(a.from); }
  std::string operator()(const of::Resubmit& a) const {
    const std::string port = a.port ? format_port(*a.port, ports_) : "";
    if (a.table) return "resubmit(" + port + "," + number(*a.table) + ")";
    return "resubmit:" + (a.port ? port : "IN_PORT");
  }
  std::string operator()(const of::Note& a) const {
    std::string text = "note:";
    for (size_t i = 0; i < a.bytes.size(); i++) {
      char byte[8];
      snprintf(byte, sizeof byte, "%s%02x", i ? "." : "", a.bytes[i]);
      text += byte;
    }
    return text;
  }
  std::string operator()(const of::Conjunction& a) const {
    return "conjunction(" + number(a.id) + "," + number(a.clause + 1u) + "/" + number(a.clauses) + ")";
  }
  std::string operator()(const of::FinTimeout& a) const {
    std::string parts;
    if (a.idle_timeout > 0) parts = "idle_timeout=" + number(a.idle_timeout);
    if (a.hard_timeout > 0) parts += (parts.empty() ? "" : ",") + ("hard_timeout=" + number(a.hard_timeout));
    return "fin_timeout(" + parts + ")";
  }
  std::string operator()(const of::Exit&) const { return "exit"; }
  std::string operator()(const of::Learn& a) const { return format_learn(a); }

 private:
  const PortNames& ports_;
};

void append(std::string& list, const std::string& part) { list += (list.empty() ? "" : ",") + part; }

std::string join(const OfActions& actions, const PortNames& ports) {
  std::string text;
  for (const OfAction& action : actions)
    append(text, std::visit(ActionFormatter(ports), static_cast<const OfAction::variant&>(action)));
  return text;
}

}  // namespace

std::string format_actions(const OfActions& actions, const PortNames& ports) {
  return actions.empty() ? "drop" : join(actions, ports);
}

std::string format_instructions(const Instructions& instructions, const PortNames& ports) {
  std::string text;
  if (instructions.meter) append(text, "meter:" + number(*instructions.meter));
  if (!instructions.apply.empty()) append(text, join(instructions.apply, ports));
  if (instructions.clear) append(text, "clear_actions");
  if (instructions.has_write)
    append(text, "write_actions(" + format_actions(instructions.write, ports) + ")");
  if (instructions.metadata) {
    const auto [value, mask] = *instructions.metadata;
    const bool whole = mask == ~uint64_t{0};
    append(text,
           "write_metadata:" + format_wide_number(value) + (whole ? "" : "/" + format_wide_number(mask)));
  }
  if (instructions.goto_table) append(text, "goto_table:" + number(*instructions.goto_table));
  return text.empty() ? "drop" : text;
}

}  // namespace flowbed::sw
