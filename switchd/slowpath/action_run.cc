#include "switchd/slowpath/action_run.hh"

#include "switchd/slowpath/bridge_port_names.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"

namespace flowbed::sw {
namespace {

constexpr uint16_t kAllBits = 0xffff;
constexpr uint64_t kTagPresent = 0x1000;
constexpr FieldValue kTcpFin = 0x1, kTcpRst = 0x4;
constexpr uint16_t kNobodysId[] = {0};
constexpr std::span<const uint16_t> kAnyController = kNobodysId;

const Field& nw_ttl() {
  static const Field& field = field_named("nw_ttl");
  return field;
}
const Field& mpls_ttl() {
  static const Field& field = field_named("mpls_ttl");
  return field;
}
const Field& vlan_vid() {
  static const Field& field = field_named("vlan_vid");
  return field;
}
const Field& vlan_pcp() {
  static const Field& field = field_named("vlan_pcp");
  return field;
}

const Field& tcp_flags() {
  static const Field& field = field_named("tcp_flags");
  return field;
}

bool is_of_tag(const Field& field) { return field.offset == vlan_vid().offset; }

FieldValue ones(unsigned count) { return count == 128 ? ~FieldValue{0} : (FieldValue{1} << count) - 1; }

}  // namespace

ActionRun::Outcome ActionRun::run(const OfAction& action) {
  return std::visit(*this, static_cast<const OfAction::variant&>(action));
}

// Whether the packet has the field, which looks at what decides that.
bool ActionRun::has(const Field& field) {
  walk_.look_at(state_, presence_mask(field));
  const bool is_behind_ip = field.prerequisite && !field.prerequisite->ip_protocols.empty();
  const bool is_later_fragment = (state_.packet().f.flags & FLOW_FRAG_BITS) == FLOW_FRAG_LATER;
  return !(is_behind_ip && is_later_fragment) && has_field(field, state_.key());
}

FieldValue ActionRun::read(const FieldSlice& slice) {
  if (!has(*slice.field)) return 0;
  PipelineMask mask{};
  write_field(*slice.field, ones(slice.count) << slice.offset, mask);
  walk_.look_at(state_, mask);
  return (read_field(*slice.field, state_.key()) >> slice.offset) & ones(slice.count);
}

void ActionRun::set(const Field& field, FieldValue value, FieldValue mask) {
  if (is_of_tag(field)) look_at_whole_tag();
  if (has(field)) state_.set(field, value, mask);
}

void ActionRun::write(const FieldSlice& slice, FieldValue value) {
  set(*slice.field, value << slice.offset, ones(slice.count) << slice.offset);
}

// A tag is replaced as a whole, so that its other bits have to be known.
void ActionRun::look_at_whole_tag() { walk_.look_at_tag(state_, kAllBits); }

PacketInReason ActionRun::reason_of_output() const {
  const ActionOrigin& origin = run_.origin_;
  if (origin.is_packet_out) return PacketInReason::kPacketOut;
  if (origin.in_group) return PacketInReason::kGroup;
  if (origin.in_action_set) return PacketInReason::kActionSet;
  return origin.is_table_miss ? PacketInReason::kTableMiss : PacketInReason::kApplyAction;
}

ActionRun::Outcome ActionRun::operator()(const of::Output& output) {
  if (output.port == kOfPortTable) return run_.origin_.is_packet_out ? run_.run_table(0) : Outcome::kDone;
  run_.output(output.port, output.max_len, reason_of_output());
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::Enqueue& enqueue) {
  run_.output(enqueue.port, kWholePacket, reason_of_output());
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::OutputField& output) {
  run_.output(OfPort{static_cast<uint32_t>(read(output.from))}, output.max_len, reason_of_output());
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::Controller& controller) {
  run_.punt(controller.reason, controller.max_len, controller.id);
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::SetField& set_field) {
  set(*set_field.field, set_field.value, set_field.mask);
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::SetTransport& set_transport) {
  constexpr const char* kNames[][2] = {
      {"tcp_dst", "tcp_src"}, {"udp_dst", "udp_src"}, {"sctp_dst", "sctp_src"}};
  for (const auto& names : kNames) {
    const Field& field = field_named(names[set_transport.source ? 1 : 0]);
    if (has(field)) state_.set(field, set_transport.port, field.all_ones());
  }
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::SetVlanVid& set_vid) {
  look_at_whole_tag();
  state_.set(vlan_vid(), kTagPresent | set_vid.vid, vlan_vid().all_ones());
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::SetVlanPcp& set_pcp) {
  look_at_whole_tag();
  state_.set(vlan_vid(), kTagPresent, kTagPresent);
  state_.set(vlan_pcp(), set_pcp.pcp, vlan_pcp().all_ones());
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::PushVlan& push) {
  look_at_whole_tag();
  state_.push_vlan(push.eth_type);
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::PopVlan&) {
  walk_.look_at_tag(state_, 0);
  walk_.look_for_more_tags(state_);
  if (state_.tag().present()) state_.pop_vlan();
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::PushMpls& push) {
  for (const char* name : {"mpls_label", "mpls_tc", "mpls_ttl", "nw_ttl"}) {
    if (has(field_named(name))) walk_.look_at(state_, field_named(name));
  }
  look_at_whole_tag();
  state_.push_mpls(push.eth_type);
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::PopMpls& pop) {
  if (has(mpls_ttl())) state_.pop_mpls(pop.eth_type);
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::PushPbb& push) {
  look_at_whole_tag();
  if (has(field_named("pbb_isid"))) {  // all of the I-TAG goes over to the new one
    PipelineMask mask{};
    mask.f.packet.f.pbb.service = ~uint32_t{0};
    walk_.look_at(state_, mask);
  }
  state_.push_pbb(push.eth_type);
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::PopPbb&) {
  if (has(field_named("pbb_isid"))) state_.pop_pbb();
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::SetTtl& set_ttl) {
  set(nw_ttl(), set_ttl.ttl);
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::SetMplsTtl& set_ttl) {
  set(mpls_ttl(), set_ttl.ttl);
  return Outcome::kDone;
}

// A packet that may not live on goes to the controller instead, as it came, and nothing more is done to it.
ActionRun::Outcome ActionRun::decrement(const Field& ttl, std::span<const uint16_t> controllers) {
  if (!has(ttl)) return Outcome::kDone;
  const FieldValue left = read({&ttl, 0, ttl.bits});
  if (left > 1) {
    state_.set(ttl, left - 1, ttl.all_ones());
    return Outcome::kDone;
  }
  walk_.say(run_.visit_, [] { return "its time to live is over"; });
  for (const uint16_t id : controllers) run_.punt(PacketInReason::kInvalidTtl, kWholePacket, id);
  return Outcome::kExit;
}

ActionRun::Outcome ActionRun::operator()(const of::DecrementTtl& ttl) {
  return decrement(nw_ttl(), ttl.controllers.empty() ? kAnyController : std::span(ttl.controllers));
}
ActionRun::Outcome ActionRun::operator()(const of::DecrementMplsTtl&) {
  return decrement(mpls_ttl(), kAnyController);
}

// Between a label and what is below, which the key does not show: the packet is read anew where it matters.
ActionRun::Outcome ActionRun::operator()(const of::CopyTtlOut&) {
  state_.copy_ttl(Action::copy_ttl_out());
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::CopyTtlIn&) {
  state_.copy_ttl(Action::copy_ttl_in());
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::Group& group) { return run_.run_group(group.id); }

ActionRun::Outcome ActionRun::operator()(const of::Move& move) {
  write(move.to, read(move.from));
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::Load& load) {
  write(load.to, load.value);
  return Outcome::kDone;
}

ActionRun::Outcome ActionRun::operator()(const of::Resubmit& resubmit) {
  const uint8_t table = resubmit.table.value_or(run_.origin_.table);
  say_resubmit(table, resubmit.port);
  run_.visit_.depth++;
  const Outcome outcome = run_.run_resubmitted(table, resubmit.port);
  run_.visit_.depth--;
  return outcome;
}

void ActionRun::say_resubmit(uint8_t table, std::optional<OfPort> pretended) const {
  walk_.say(run_.visit_, [&] {
    std::string text = "resubmit to table " + std::to_string(table);
    if (pretended) text += ", as if from port " + format_port(*pretended, port_names(*run_.visit_.bridge));
    return text;
  });
}

// What a connection's last packets say shortens the rule's life; a cached flow need not tell it again.
ActionRun::Outcome ActionRun::operator()(const of::FinTimeout& fin) {
  if (!has(tcp_flags()) || !run_.rule_ || !run_.visit_.real) return Outcome::kDone;
  const FieldValue flags = read({&tcp_flags(), 0, 3});
  if (flags & (kTcpFin | kTcpRst)) walk_.result().closings.push_back({run_.visit_.bridge, run_.rule_, fin});
  return Outcome::kDone;
}

FlowMod ActionRun::rule_to_learn(const of::Learn& learn) {
  FlowMod mod{.command = FlowMod::Command::kAdd,
              .table = learn.table,
              .priority = learn.priority,
              .cookie = learn.cookie,
              .idle_timeout = learn.idle_timeout,
              .hard_timeout = learn.hard_timeout,
              .flags = static_cast<uint16_t>(learn.flags & kLearnSendRemoved ? kFlowSendRemoved : 0)};
  mod.instructions.has_apply = true;
  for (const of::LearnSpec& spec : learn.specs) {
    const FieldValue value = spec.from ? read(*spec.from) : spec.value;
    switch (spec.destination) {
      case of::LearnSpec::Destination::kMatch:
        mod.match.set(*spec.to.field, value << spec.to.offset, ones(spec.to.count) << spec.to.offset);
        break;
      case of::LearnSpec::Destination::kLoad:
        mod.instructions.apply.push_back(of::Load{spec.to, value});
        break;
      case of::LearnSpec::Destination::kOutput:
        mod.instructions.apply.push_back(of::Output{.port = OfPort{static_cast<uint32_t>(value)}});
        break;
    }
  }
  if (learn.fin_idle_timeout > 0 || learn.fin_hard_timeout > 0)
    mod.instructions.apply.push_back(of::FinTimeout{learn.fin_idle_timeout, learn.fin_hard_timeout});
  return mod;
}

ActionRun::Outcome ActionRun::operator()(const of::Learn& learn) {
  if (!run_.visit_.real) return Outcome::kDone;
  walk_.result().learned_rules.push_back({run_.visit_.bridge, rule_to_learn(learn)});
  walk_.say(run_.visit_, [&] { return "a rule of table " + std::to_string(learn.table) + " is learned"; });
  return Outcome::kDone;
}

bool needs_known_headers(const OfAction& action) {
  if (const auto* output = std::get_if<of::Output>(&action))
    return output->port == kOfPortNormal || output->port == kOfPortTable;
  return !std::holds_alternative<of::Enqueue>(action) && !std::holds_alternative<of::Controller>(action) &&
         !std::holds_alternative<of::SetQueue>(action) && !std::holds_alternative<of::PopQueue>(action) &&
         !std::holds_alternative<of::Note>(action) && !std::holds_alternative<of::Exit>(action);
}

std::string describe_rule(const Rule& rule, const Bridge& bridge) {
  const PortNames ports = port_names(bridge);
  const std::string match = format_match(rule.match, ports);
  return "table " + std::to_string(rule.table) + ": priority=" + std::to_string(rule.priority) +
         (match.empty() ? "" : ",") + match + " actions=" + format_instructions(*rule.instructions, ports);
}

}  // namespace flowbed::sw
