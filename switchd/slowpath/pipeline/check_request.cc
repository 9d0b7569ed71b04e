#include <algorithm>

#include <arpa/inet.h>

#include "switchd/slowpath/pipeline/action_facts.hh"
#include "switchd/slowpath/pipeline/of_fault.hh"
#include "switchd/slowpath/pipeline/pipeline.hh"

namespace flowbed::sw {
namespace {

[[noreturn]] void fail(OfFaultKind kind, const std::string& message) { throw OfFault(kind, message); }

void check_port(OfPort port) {
  const bool is_number = to_number(port) > 0 && port <= kOfPortMax;
  const bool is_reserved = port >= kOfPortInPort && port != kOfPortAny;
  if (!is_number && !is_reserved)
    fail(OfFaultKind::kBadOutPort,
         "port " + std::to_string(to_number(port)) + " is none that a packet can leave by");
}

bool is_vlan_type(uint16_t type) { return type == kEtherTypeVlan || type == kEtherTypeServiceVlan; }
bool is_mpls_type(uint16_t type) {
  return type == FLOW_ETH_TYPE_MPLS || type == FLOW_ETH_TYPE_MPLS_MULTICAST;
}

// Follows a list of actions with what is known of the packet: whether a field that an action sets is there.
class ActionCheck {
 public:
  // Lenient: OpenFlow 1.0 lets actions do nothing to packets that have no such field.
  ActionCheck(const Pipeline& pipeline, const Match& match, bool lenient)
      : pipeline_(pipeline), known_(match.key), unknown_(lenient) {}

  void check(const OfActions& actions) {
    for (const OfAction& action : actions) std::visit(*this, static_cast<const OfAction::variant&>(action));
  }

  void operator()(const of::Output& output) { check_port(output.port); }
  void operator()(const of::Enqueue& enqueue) {
    if (enqueue.port > kOfPortMax && enqueue.port != kOfPortInPort)
      fail(OfFaultKind::kBadOutPort, "enqueue names no port that has queues");
    check_port(enqueue.port);
  }
  void operator()(const of::Group& group) {
    if (!pipeline_.groups.find(group.id))
      fail(OfFaultKind::kBadOutGroup, "there is no group " + std::to_string(group.id));
  }
  void operator()(const of::SetField& set) { check_settable(*set.field); }
  void operator()(const of::Load& load) { check_settable(*load.to.field); }
  void operator()(const of::Move& move) {
    check_there(*move.from.field);
    check_settable(*move.to.field);
  }
  void operator()(const of::PushVlan& push) {
    if (!is_vlan_type(push.eth_type))
      fail(OfFaultKind::kBadActionArgument, "push_vlan: the type is 0x8100 or 0x88a8");
    write_field(field_named("vlan_vid"), 0x1000, 0x1000, known_);
  }
  void operator()(const of::SetVlanVid&) { write_field(field_named("vlan_vid"), 0x1000, 0x1000, known_); }
  void operator()(const of::SetVlanPcp&) { write_field(field_named("vlan_vid"), 0x1000, 0x1000, known_); }
  void operator()(const of::PushMpls& push) {
    if (!is_mpls_type(push.eth_type))
      fail(OfFaultKind::kBadActionArgument, "push_mpls: the type is 0x8847 or 0x8848");
    become(push.eth_type);
  }
  void operator()(const of::PushPbb& push) {
    if (push.eth_type != FLOW_ETH_TYPE_PBB)
      fail(OfFaultKind::kBadActionArgument, "push_pbb: the type is 0x88e7");
    become(push.eth_type);
  }
  void operator()(const of::PopMpls& pop) {
    check_there(field_named("mpls_label"));
    become(pop.eth_type);
  }
  void operator()(const of::PopPbb&) {
    check_there(field_named("pbb_isid"));
    become(0);
  }
  void operator()(const of::DecrementTtl&) { check_there(field_named("nw_ttl")); }
  void operator()(const of::SetTtl&) { check_there(field_named("nw_ttl")); }
  void operator()(const of::SetMplsTtl&) { check_there(field_named("mpls_label")); }
  void operator()(const of::DecrementMplsTtl&) { check_there(field_named("mpls_label")); }
  void operator()(const of::Resubmit& resubmit) {
    if (resubmit.table.value_or(0) > kMaxTable)
      fail(OfFaultKind::kBadActionArgument, "resubmit: tables go from 0 to 253");
  }
  void operator()(const of::Learn& learn) {
    if (learn.table > kMaxTable) fail(OfFaultKind::kBadActionArgument, "learn: tables go from 0 to 253");
  }
  void operator()(const of::Conjunction& part) {
    if (part.clauses < 2 || part.clauses > 64 || part.clause >= part.clauses)
      fail(OfFaultKind::kBadActionArgument, "conjunction: clauses are 1/n … n/n, and n is 2 … 64");
  }
  void operator()(const auto&) {}

 private:
  void check_there(const Field& field) const {
    if (!unknown_ && !has_field(field, known_))
      fail(OfFaultKind::kInconsistentMatch,
           "an action needs " + std::string(field.name) + ", which packets of this match need not have");
  }
  void check_settable(const Field& field) const {
    if (!field.settable) fail(OfFaultKind::kBadSetType, std::string(field.name) + " cannot be set");
    check_there(field);
  }
  void become(uint16_t eth_type) {
    unknown_ |= eth_type == 0;
    known_.f.packet.f.eth_type = htons(eth_type);
    known_.f.packet.f.ip_proto = 0;
  }

  const Pipeline& pipeline_;
  PipelineKey known_;
  bool unknown_;  // what the payload is
};

// In an action set the order is another one than that in which they were written.
void check_action_set(const OfActions& actions, const Pipeline& pipeline, const Match& match) {
  ActionCheck(pipeline, match, false).check(in_running_order(actions));
}

// Of what packets they will get, nothing is known. Groups that they lead to are the group table's to check.
void check_buckets(const std::vector<Bucket>& buckets, const Pipeline& pipeline) {
  for (const Bucket& bucket : buckets) {
    OfActions actions = bucket.actions;
    std::erase_if(actions, [](const OfAction& action) { return std::holds_alternative<of::Group>(action); });
    ActionCheck(pipeline, {}, true).check(in_running_order(std::move(actions)));
  }
}

}  // namespace

void check(const FlowMod& mod, const Pipeline& pipeline) {
  const bool deletes =
      mod.command == FlowMod::Command::kDelete || mod.command == FlowMod::Command::kDeleteStrict;
  const bool any_table = deletes || mod.modify_adds;
  if (mod.table > kMaxTable && !(mod.table == kTableAll && any_table))
    fail(OfFaultKind::kFlowModBadTable, "tables go from 0 to 253");
  if (deletes) return;
  const Instructions& instructions = mod.instructions;
  if (instructions.goto_table &&
      (*instructions.goto_table <= mod.table || *instructions.goto_table > kMaxTable))
    fail(OfFaultKind::kBadInstructionTable, "goto_table goes to a higher table, at most 253");
  if (instructions.meter && !pipeline.meters.find(*instructions.meter))
    fail(OfFaultKind::kUnknownMeter, "there is no meter " + std::to_string(*instructions.meter));
  ActionCheck(pipeline, mod.match, mod.modify_adds).check(instructions.apply);
  check_action_set(instructions.write, pipeline, mod.match);
}

void check(const GroupMod& mod, const Pipeline& pipeline) { check_buckets(mod.buckets, pipeline); }

void check(const PacketOut& packet_out, const Pipeline& pipeline) {
  const bool has_port = packet_out.in_port <= kOfPortMax
                            ? to_number(packet_out.in_port) > 0
                            : packet_out.in_port == kOfPortController || packet_out.in_port == kOfPortLocal ||
                                  packet_out.in_port == kOfPortAny;
  if (!has_port) fail(OfFaultKind::kBadRequestPort, "in_port is none that a packet can come from");
  ActionCheck(pipeline, {}, true).check(packet_out.actions);
}

}  // namespace flowbed::sw
