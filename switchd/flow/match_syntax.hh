// The part of flow syntax that says what a packet must be: "tcp", "nw_dst=10.0.0.0/8", "dl_vlan=5". Rules'
// matches are read by it, and the packets of `trace`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "switchd/flow/fields.hh"
#include "switchd/flow/syntax_tokens.hh"

namespace flowbed::sw {

struct MatchText {
  PipelineKey key{};  // masked
  PipelineMask mask{};
};

struct MatchSyntax {
  // What stands after "in_port=", as OpenFlow's number; nothing: it names no port.
  std::function<std::optional<OfPort>(std::string_view)> find_port;
  // A field without its prerequisite makes it so ("nw_dst=…" an IPv4 packet), and is no fault.
  bool implies_prerequisites = false;
  // Other words that may stand in this text, for suggestions.
  std::vector<std::string> other_words = {};
};

// In any order. Throws Error: an unknown word or field, a bad value, a missing prerequisite, contradictions.
MatchText read_match_tokens(std::vector<Token> tokens, const MatchSyntax& syntax);

// The field that a name means in a packet like `key`: nw_src is arp_spa in ARP and ipv6_src in IPv6, tp_src
// depends on the protocol, nw_proto is ARP's operation. `value` helps where the packet does not tell. Null:
// there is none, or (tp_src, tp_dst) the protocol is missing.
const Field* find_field_in(const PipelineKey& key, std::string_view name, std::string_view value = {});
inline bool is_of_any_transport(std::string_view name) { return name == "tp_src" || name == "tp_dst"; }

// Names and aliases of all fields, and the words for protocols.
std::vector<std::string> match_vocabulary();

}  // namespace flowbed::sw
