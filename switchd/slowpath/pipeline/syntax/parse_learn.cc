// learn(table=1,hard_timeout=60,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])
#include "core/base/suggest.hh"
#include "switchd/flow/field_text.hh"
#include "switchd/slowpath/pipeline/syntax/action_words.hh"
#include "switchd/slowpath/pipeline/syntax/slice_syntax.hh"

namespace flowbed::sw {
namespace {

using Destination = of::LearnSpec::Destination;

uint16_t short_in(const Token& part) { return static_cast<uint16_t>(number_in(part, 0xffff)); }

struct Setting {
  std::string_view name;
  void (*read)(const Token&, of::Learn&);
};
constexpr Setting kSettings[] = {
    {"table", [](const Token& part,
                 of::Learn& learn) { learn.table = static_cast<uint8_t>(number_in(part, kMaxTable)); }},
    {"priority", [](const Token& part, of::Learn& learn) { learn.priority = short_in(part); }},
    {"idle_timeout", [](const Token& part, of::Learn& learn) { learn.idle_timeout = short_in(part); }},
    {"hard_timeout", [](const Token& part, of::Learn& learn) { learn.hard_timeout = short_in(part); }},
    {"fin_idle_timeout",
     [](const Token& part, of::Learn& learn) { learn.fin_idle_timeout = short_in(part); }},
    {"fin_hard_timeout",
     [](const Token& part, of::Learn& learn) { learn.fin_hard_timeout = short_in(part); }},
    {"cookie", [](const Token& part, of::Learn& learn) { learn.cookie = number_in(part, ~uint64_t{0}); }},
    {"send_flow_rem", [](const Token&, of::Learn& learn) { learn.flags |= kLearnSendRemoved; }},
    {"delete_learned", [](const Token&, of::Learn& learn) { learn.flags |= kLearnDeleteLearned; }},
};

// In matches, NXM's in_port means all of it: what is learned must be a match that other flows can equal.
FieldSlice whole_port(FieldSlice slice) {
  if (slice.field->name == "in_port" && slice.offset == 0 && slice.count == 16)
    slice.count = slice.field->bits;
  return slice;
}

void refuse_unequal(const Token& part, const FieldSlice& from, const FieldSlice& to) {
  if (from.count != to.count)
    fail_at(part, "copies " + std::to_string(from.count) + " bits to " + std::to_string(to.count));
}

// A number, or an address where the field has those.
FieldValue constant_for(const Token& part, const FieldSlice& to) {
  const auto value = parse_value(*to.field, part.value);
  const bool is_address = value && value->mask == to.field->all_ones() && !parse_wide_number(part.value);
  if (is_address && to.count == to.field->bits) return value->value;
  return parse_bits(part, part.value, to.count);
}

// FIELD[], FIELD[a..b]=OTHER[c..d], FIELD=VALUE
of::LearnSpec read_match(const Token& part) {
  const FieldSlice named = parse_slice(part, part.name);
  of::LearnSpec spec{.destination = Destination::kMatch, .to = whole_port(named)};
  if (part.separator == '\0') {
    spec.from = spec.to;
  } else if (const auto from = find_slice(part, part.value)) {
    const bool both_ports = whole_port(*from).count == spec.to.count;
    spec.from = both_ports ? whole_port(*from) : *from;
    if (!both_ports) spec.to = named;
    refuse_unequal(part, *spec.from, spec.to);
  } else {
    spec.value = constant_for(part, spec.to);
  }
  return spec;
}

// load:VALUE->FIELD[a..b], load:OTHER[c..d]->FIELD[a..b]
of::LearnSpec read_load(const Token& part) {
  const Arrow arrow = split_at_arrow(part);
  of::LearnSpec spec{.destination = Destination::kLoad, .to = parse_settable_slice(part, arrow.to)};
  spec.from = find_slice(part, arrow.from);
  if (spec.from) {
    refuse_unequal(part, *spec.from, spec.to);
  } else {
    spec.value = parse_bits(part, arrow.from, spec.to.count);
  }
  return spec;
}

of::LearnSpec read_output(const Token& part) {
  const FieldSlice from = parse_slice(part, part.value);
  return {.from = from, .destination = Destination::kOutput, .to = {nullptr, 0, from.count}};
}

bool read_setting(const Token& part, of::Learn& learn) {
  for (const Setting& setting : kSettings) {
    if (setting.name != part.name) continue;
    setting.read(part, learn);
    return true;
  }
  return false;
}

of::LearnSpec read_spec(const Token& part) {
  if (part.name == "load" && part.separator == ':') return read_load(part);
  if (part.name == "output" && part.separator == ':') return read_output(part);
  if (part.separator == '\0' || part.separator == '=') return read_match(part);
  fail_at(part, "is no part of learn; write FIELD[]=FIELD[], load:…->FIELD[] or output:FIELD[]");
}

}  // namespace

OfAction read_learn(const Token& token, const ActionContext&) {
  if (token.separator != '(') fail_at(token, "takes its parts in parentheses: learn(table=1,…)");
  of::Learn learn;
  Tokens parts(token.value);
  for (Token part; parts.next(part);) {
    if (!read_setting(part, learn)) learn.specs.push_back(read_spec(part));
  }
  return learn;
}

}  // namespace flowbed::sw
