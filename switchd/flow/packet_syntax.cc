#include "switchd/flow/packet_syntax.hh"

#include <algorithm>

#include "core/base/error.hh"
#include "switchd/flow/field_names.hh"
#include "switchd/flow/match_syntax.hh"
#include "switchd/flow/protocol_words.hh"

namespace flowbed::sw {
namespace {

// A packet has values: of words like ip_frag=yes the bits that they set, else only whole ones.
void refuse_mask(const Token& token) {
  if (token.value.find('/') != std::string_view::npos)
    fail_at(token, "has a mask, but a packet has one value; leave out what follows the slash");
}

void refuse_pipeline_field(const Token& token) {
  const Field* field = find_field(token.name);
  if (field && !is_of_packet(*field))
    fail_at(token, "is not of a packet: it comes into being in the switch's tables");
}

PortNo port_of(const Token& token, const PortFinder& find_port) {
  const auto port = find_port(token.value);
  if (!port) fail_at(token, "names no port of this switch");
  return *port;
}

FlowKey read_packet(std::string_view text, const PortFinder& find_port) {
  std::optional<PortNo> in_port;
  std::vector<Token> parts;
  Tokens tokens(text);
  for (Token token; tokens.next(token);) {
    refuse_mask(token);
    if (token.name == "in_port" && token.separator == '=') {
      in_port = port_of(token, find_port);
      continue;
    }
    refuse_pipeline_field(token);
    parts.push_back(token);
  }
  FlowKey key =
      read_match_tokens(std::move(parts), {.find_port = {}, .implies_prerequisites = true, .other_words = {}})
          .key.f.packet;
  if (!in_port) throw Error("in_port is missing; write e.g. in_port=1,eth_dst=00:00:00:00:00:02");
  key.f.in_port = static_cast<uint16_t>(to_number(*in_port));
  if (key.f.vlan_tpid) key.f.vlan_tpid = flow_key_u16(kEtherTypeVlan);
  return key;
}

}  // namespace

FlowKey parse_packet(std::string_view text, const PortFinder& find_port) {
  return reading("packet", [&] { return read_packet(text, find_port); });
}

bool says_field(std::string_view packet, const Field& field) {
  Tokens tokens(packet);
  for (Token token; tokens.next(token);) {
    if (token.separator == '=' && find_field(token.name) == &field) return true;
  }
  return false;
}

std::vector<std::string> packet_vocabulary() {
  std::vector<std::string> all{"in_port=", "vlan="};
  for (const ProtocolWord& word : protocol_words()) all.emplace_back(word.word);
  const auto add = [&](std::string_view name) {
    const std::string entry = std::string(name) + "=";
    if (std::ranges::find(all, entry) == all.end()) all.push_back(entry);
  };
  for (const Field& field : fields()) {
    if (!is_of_packet(field)) continue;
    add(packet_name(field));
    add(field.name);
  }
  return all;
}

}  // namespace flowbed::sw
