// Actions that change a packet, or what the pipeline carries with it.
#include "core/base/suggest.hh"
#include "switchd/flow/field_text.hh"
#include "switchd/flow/match_syntax.hh"
#include "switchd/slowpath/pipeline/syntax/action_words.hh"
#include "switchd/slowpath/pipeline/syntax/slice_syntax.hh"

namespace flowbed::sw {
namespace {

constexpr FieldValue kTagged = 0x1000;

PipelineKey key_of(const ActionContext& context) {
  return context.match ? context.match->key : PipelineKey{};
}

uint16_t short_in(const Token& token, uint16_t max = 0xffff) {
  return static_cast<uint16_t>(number_in(token, max));
}
uint8_t byte_in(const Token& token, uint8_t max = 0xff) {
  return static_cast<uint8_t>(number_in(token, max));
}

OfAction set_whole(const Field& field, FieldValue value) {
  return of::SetField{&field, value, field.all_ones()};
}

MaskedValue value_for(const Token& token, std::string_view text, const Field& field,
                      const ActionContext& context) {
  if (field.format == FieldFormat::kPort) return {to_number(port_in(token, text, context)), field.all_ones()};
  const auto value = parse_value(field, text);
  if (!value) fail_at(token, std::string(field.name) + " takes " + values_of(field));
  if (value->mask != field.all_ones() && !field.maskable)
    fail_at(token, std::string(field.name) + " takes no mask: it is written as a whole");
  return *value;
}

// set_field:VALUE[/MASK]->FIELD
OfAction read_set_field(const Token& token, const ActionContext& context) {
  const Arrow arrow = split_at_arrow(token);
  const Field* field = find_field_in(key_of(context), arrow.to, arrow.from);
  if (!field) field = parse_slice(token, arrow.to).field;
  if (!field->settable) fail_at(token, std::string(field->name) + " cannot be written");
  MaskedValue value = value_for(token, arrow.from, *field, context);
  // An id alone means that of a tag.
  if (field->format == FieldFormat::kVlanVid && value.mask == field->all_ones()) value.value |= kTagged;
  return of::SetField{field, value.value, value.mask};
}

// load:VALUE->FIELD[a..b]
OfAction read_load(const Token& token, const ActionContext&) {
  const Arrow arrow = split_at_arrow(token);
  const FieldSlice to = parse_settable_slice(token, arrow.to);
  return of::Load{to, parse_bits(token, arrow.from, to.count)};
}

OfAction read_move(const Token& token, const ActionContext&) {
  const Arrow arrow = split_at_arrow(token);
  const FieldSlice from = parse_slice(token, arrow.from), to = parse_settable_slice(token, arrow.to);
  if (from.count != to.count)
    fail_at(token, "moves " + std::to_string(from.count) + " bits to " + std::to_string(to.count));
  return of::Move{from, to};
}

OfAction read_set_tunnel(const Token& token, const ActionContext&) {
  const Field& field = field_named("tun_id");
  const uint64_t id = number_in(token, token.name == "set_tunnel" ? 0xffffffff : ~uint64_t{0});
  return of::Load{{&field, 0, field.bits}, id};
}

// mod_dl_src:…, and others that give a field one value.
template <const char* name>
OfAction read_mod(const Token& token, const ActionContext& context) {
  const Field& field = field_named(name);
  return set_whole(field, value_for(token, token.value, field, context).value);
}

template <const char* name>
OfAction read_mod_address(const Token& token, const ActionContext& context) {
  const Field& field = *find_field_in(key_of(context), name, token.value);
  const MaskedValue value = value_for(token, token.value, field, context);
  if (value.mask != field.all_ones()) fail_at(token, "takes one address, and no network");
  return set_whole(field, value.value);
}

OfAction read_mod_transport(const Token& token, const ActionContext& context) {
  const bool source = lower_case(token.name) == "mod_tp_src";
  const uint16_t port = short_in(token);
  const Field* field = find_field_in(key_of(context), source ? "tp_src" : "tp_dst");
  if (!field) return of::SetTransport{source, port};
  if (field->bits < 16) fail_at(token, "changes a port, and ICMP has none");
  return set_whole(*field, port);
}

OfAction read_set_vlan_vid(const Token& token, const ActionContext&) {
  return set_whole(field_named("vlan_vid"), kTagged | short_in(token, 4095));
}
OfAction read_mod_vlan_vid(const Token& token, const ActionContext&) {
  return of::SetVlanVid{short_in(token, 4095)};
}
OfAction read_mod_vlan_pcp(const Token& token, const ActionContext&) {
  return of::SetVlanPcp{byte_in(token, 7)};
}

template <class Action>
OfAction read_eth_type(const Token& token, const ActionContext&) {
  return Action{short_in(token)};
}
template <class Action>
OfAction read_ttl(const Token& token, const ActionContext&) {
  return Action{byte_in(token)};
}
template <class Action>
OfAction read_bare(const Token& token, const ActionContext&) {
  if (!token.value.empty()) fail_at(token, "takes no argument");
  return Action{};
}

// dec_ttl, dec_ttl(1,2)
OfAction read_dec_ttl(const Token& token, const ActionContext&) {
  of::DecrementTtl action;
  Tokens ids(token.value);
  for (Token id; ids.next(id);)
    action.controllers.push_back(static_cast<uint16_t>(number_in(id, id.text, 0xffff)));
  return action;
}

constexpr char kDlSrc[] = "dl_src", kDlDst[] = "dl_dst", kNwSrc[] = "nw_src", kNwDst[] = "nw_dst";
constexpr char kTos[] = "nw_tos", kEcn[] = "nw_ecn", kPcp[] = "vlan_pcp", kLabel[] = "mpls_label",
               kTc[] = "mpls_tc";

constexpr ActionWord kWords[] = {
    {"set_field", read_set_field},
    {"load", read_load},
    {"move", read_move},
    {"mod_dl_src", read_mod<kDlSrc>},
    {"mod_dl_dst", read_mod<kDlDst>},
    {"mod_nw_src", read_mod_address<kNwSrc>},
    {"mod_nw_dst", read_mod_address<kNwDst>},
    {"mod_tp_src", read_mod_transport},
    {"mod_tp_dst", read_mod_transport},
    {"mod_nw_tos", read_mod<kTos>},
    {"mod_nw_ecn", read_mod<kEcn>},
    {"mod_nw_ttl", read_ttl<of::SetTtl>},
    {"set_nw_ttl", read_ttl<of::SetTtl>},
    {"dec_ttl", read_dec_ttl},
    {"copy_ttl_out", read_bare<of::CopyTtlOut>},
    {"copy_ttl_in", read_bare<of::CopyTtlIn>},
    {"mod_vlan_vid", read_mod_vlan_vid},
    {"mod_vlan_pcp", read_mod_vlan_pcp},
    {"set_vlan_vid", read_set_vlan_vid},
    {"set_vlan_pcp", read_mod<kPcp>},
    {"push_vlan", read_eth_type<of::PushVlan>},
    {"pop_vlan", read_bare<of::PopVlan>},
    {"strip_vlan", read_bare<of::PopVlan>},
    {"push_mpls", read_eth_type<of::PushMpls>},
    {"pop_mpls", read_eth_type<of::PopMpls>},
    {"set_mpls_label", read_mod<kLabel>},
    {"set_mpls_tc", read_mod<kTc>},
    {"set_mpls_ttl", read_ttl<of::SetMplsTtl>},
    {"dec_mpls_ttl", read_bare<of::DecrementMplsTtl>},
    {"push_pbb", read_eth_type<of::PushPbb>},
    {"pop_pbb", read_bare<of::PopPbb>},
    {"set_tunnel", read_set_tunnel},
    {"set_tunnel64", read_set_tunnel},
};

}  // namespace

std::span<const ActionWord> rewriting_words() { return kWords; }

}  // namespace flowbed::sw
