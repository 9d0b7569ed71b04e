// The flow syntax that courses teach, that of ovs-ofctl(8) and ovs-fields(7), and the requests of this
// switch:
//
//   table=0,priority=100,ip,nw_dst=10.0.0.0/8,idle_timeout=10,actions=dec_ttl,output:2
//
// All that is formatted here is read again as the same value, but for two things that no rule tells apart: an
// empty list of actions and none at all are both "drop".
//
// Faults are Errors that begin with what was read and the piece that is wrong:
//   flow: "nw_dsst=10.0.0.1": there is no field nw_dsst; did you mean "nw_dst"?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "switchd/slowpath/pipeline/requests.hh"
#include "switchd/slowpath/pipeline/syntax/port_names.hh"

namespace flowbed::sw {

// A rule to add, to change or to delete. Adding goes to table 0 unless it is said otherwise, the others to
// all. To delete there are no actions, but out_port=, out_group=, and cookie=VALUE[/MASK] that select.
FlowMod parse_flow(std::string_view text, FlowMod::Command command, const PortNames& ports = {});
// Which rules to show: a match, table=, cookie=VALUE[/MASK], out_port=, out_group=.
FlowFilter parse_filter(std::string_view text, const PortNames& ports = {});
Match parse_match(std::string_view text, const PortNames& ports = {});

// What may stand in a flow, or (no command) in a filter, for completion: words; fields with their "="; and
// behind "actions=" those of its list.
std::vector<std::string> flow_vocabulary(std::optional<FlowMod::Command> command);

// Actions alone, as of buckets and of packets that are sent: no instructions. `match` says of which protocol
// the packets are, for words that leave it open (mod_tp_src); null: it is not known.
OfActions parse_actions(std::string_view text, const PortNames& ports = {}, const Match* match = nullptr);
Instructions parse_instructions(std::string_view text, const PortNames& ports = {},
                                const Match* match = nullptr);

std::string format_match(const Match& match, const PortNames& ports = {});  // "ip,nw_dst=10.0.0.2"; "": all
std::string format_actions(const OfActions& actions, const PortNames& ports = {});
std::string format_instructions(const Instructions& instructions, const PortNames& ports = {});

// What a rule has counted, for a listing.
struct RuleCounts {
  double duration_s = 0;
  uint64_t packets = 0, bytes = 0;
  std::optional<uint32_t> idle_age_s = {}, hard_age_s = {};
};
// "cookie=0x0, duration=3.2s, table=0, n_packets=5, n_bytes=490, idle_age=1": all but what format_rule adds.
std::string format_flow_header(const FlowMod& rule, const std::optional<RuleCounts>& counts = {});
// "priority=10,ip,nw_dst=10.0.0.2 actions=output:2"
std::string format_rule(const FlowMod& rule, const PortNames& ports = {});
// Both, as ovs-ofctl dump-flows has a line.
std::string format_flow(const FlowMod& rule, const std::optional<RuleCounts>& counts = {},
                        const PortNames& ports = {});

}  // namespace flowbed::sw
