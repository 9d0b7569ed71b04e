#include "core/base/suggest.hh"
#include "switchd/flow/match_syntax.hh"
#include "switchd/flow/protocol_words.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"
#include "switchd/slowpath/pipeline/syntax/instruction_words.hh"

namespace flowbed::sw {
namespace {

// In what a part may stand.
enum Use : unsigned {
  kAdd = 1,
  kModify = 2,
  kStrictModify = 4,
  kDelete = 8,
  kStrictDelete = 16,
  kFilter = 32,
  kChanging = kAdd | kModify | kStrictModify,
  kSelecting = kDelete | kStrictDelete | kFilter,
  kEverywhere = kChanging | kSelecting,
};

Use use_of(FlowMod::Command command) {
  switch (command) {
    case FlowMod::Command::kAdd:
      return kAdd;
    case FlowMod::Command::kModify:
      return kModify;
    case FlowMod::Command::kModifyStrict:
      return kStrictModify;
    case FlowMod::Command::kDelete:
      return kDelete;
    case FlowMod::Command::kDeleteStrict:
      break;
  }
  return kStrictDelete;
}

struct FlowContext {
  const PortNames& ports;
  Use use;
};

uint16_t short_in(const Token& token) { return static_cast<uint16_t>(number_in(token, 0xffff)); }

void read_table(const Token& token, const FlowContext& context, FlowMod& flow) {
  const bool all = token.value == "all" || token.value == "255";
  if (all && context.use == kAdd) fail_at(token, "names no table that a rule could be added to");
  flow.table = all ? kTableAll : static_cast<uint8_t>(number_in(token, kMaxTable));
}

uint64_t cookie_mask_in(const Token& token, std::string_view text) {
  return text == "-1" ? ~uint64_t{0} : number_in(token, text, ~uint64_t{0});
}

// VALUE, or VALUE/MASK to select rules. Where rules are only selected, VALUE alone means all of it.
void read_cookie(const Token& token, const FlowContext& context, FlowMod& flow) {
  const Pair parts = split_at(token.value, "/");
  const bool has_mask = parts.first.size() != token.value.size();
  if (has_mask && context.use == kAdd)
    fail_at(token, "has a mask, but nothing is selected; write cookie=VALUE");
  flow.cookie = number_in(token, parts.first, ~uint64_t{0});
  if (has_mask) flow.cookie_mask = cookie_mask_in(token, parts.second);
  if (!has_mask && (context.use & kSelecting)) flow.cookie_mask = ~uint64_t{0};
}

void read_out_port(const Token& token, const FlowContext& context, FlowMod& flow) {
  flow.out_port = port_in(token, token.value, {context.ports, nullptr});
}

void read_out_group(const Token& token, const FlowContext&, FlowMod& flow) {
  const bool any = lower_case(token.value) == "any";
  flow.out_group = any ? kGroupAny : static_cast<uint32_t>(number_in(token, kGroupMax));
}

template <uint16_t FlowMod::*member>
void read_short(const Token& token, const FlowContext&, FlowMod& flow) {
  flow.*member = short_in(token);
}

template <uint16_t flag>
void read_flag(const Token& token, const FlowContext&, FlowMod& flow) {
  if (token.separator) fail_at(token, "is a word without a value");
  flow.flags |= flag;
}

void ignore(const Token&, const FlowContext&, FlowMod&) {}

struct Setting {
  std::string_view name;
  unsigned uses;
  void (*read)(const Token&, const FlowContext&, FlowMod&);
  std::string_view elsewhere = "means nothing here; leave it out";  // why not
  bool has_value = true;
};

constexpr Setting flag(std::string_view name, void (*read)(const Token&, const FlowContext&, FlowMod&)) {
  return {.name = name, .uses = kChanging, .read = read, .has_value = false};
}

constexpr Setting kSettings[] = {
    {"table", kEverywhere, read_table},
    {"priority", kAdd | kStrictModify | kStrictDelete, read_short<&FlowMod::priority>,
     "counts only for adding and in strict commands; leave it out"},
    {"idle_timeout", kChanging, read_short<&FlowMod::idle_timeout>},
    {"hard_timeout", kChanging, read_short<&FlowMod::hard_timeout>},
    {"importance", kChanging, read_short<&FlowMod::importance>},
    {"cookie", kEverywhere, read_cookie},
    {"out_port", kSelecting, read_out_port, "selects rules to delete or to show; leave it out"},
    {"out_group", kSelecting, read_out_group, "selects rules to delete or to show; leave it out"},
    flag("send_flow_rem", read_flag<kFlowSendRemoved>),
    flag("check_overlap", read_flag<kFlowCheckOverlap>),
    flag("reset_counts", read_flag<kFlowResetCounts>),
    flag("no_packet_counts", read_flag<kFlowNoPacketCounts>),
    flag("no_byte_counts", read_flag<kFlowNoByteCounts>),
    // Listings can be read again.
    {"duration", kEverywhere, ignore},
    {"n_packets", kEverywhere, ignore},
    {"n_bytes", kEverywhere, ignore},
    {"idle_age", kEverywhere, ignore},
    {"hard_age", kEverywhere, ignore},
};

const Setting* find_setting(std::string_view name) {
  for (const Setting& setting : kSettings) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

std::vector<std::string> setting_names() {
  std::vector<std::string> names{"actions"};
  for (const Setting& setting : kSettings) names.emplace_back(setting.name);
  return names;
}

Match read_match(std::vector<Token> tokens, const PortNames& ports) {
  const auto find_port = [&](std::string_view text) { return parse_port(text, ports); };
  const MatchText match = read_match_tokens(
      std::move(tokens),
      {.find_port = find_port, .implies_prerequisites = false, .other_words = setting_names()});
  return {match.key, match.mask};
}

bool begins_actions(const Token& token) {
  return (token.name == "actions" || token.name == "action") && token.separator == '=';
}

class FlowReader {
 public:
  explicit FlowReader(FlowContext context) : context_(context) {}

  FlowMod read(std::string_view text) {
    if (context_.use != kAdd) flow_.table = kTableAll;
    std::optional<std::string_view> actions;
    Tokens tokens(text);
    for (Token token; !actions && tokens.next(token);) {
      if (begins_actions(token)) {
        refuse_actions(token);
        actions = tokens.from_value(token);
      } else {
        read_part(token);
      }
    }
    flow_.match = read_match(std::move(match_), context_.ports);
    if (actions) {
      flow_.instructions = read_instructions(*actions, {context_.ports, &flow_.match});
    } else if (context_.use & kChanging) {
      throw Error("actions= is missing; write e.g. ip,nw_dst=10.0.0.2,actions=output:2");
    }
    return std::move(flow_);
  }

 private:
  void read_part(const Token& token) {
    const Setting* setting = find_setting(token.name);
    if (!setting) return match_.push_back(token);
    if (!(setting->uses & context_.use)) fail_at(token, std::string(setting->elsewhere));
    setting->read(token, context_, flow_);
  }

  void refuse_actions(const Token& token) const {
    if (!(context_.use & kChanging)) fail_at(token, "rules are not selected by their actions; leave it out");
  }

  FlowContext context_;
  FlowMod flow_;
  std::vector<Token> match_;
};

}  // namespace

std::vector<std::string> flow_vocabulary(std::optional<FlowMod::Command> command) {
  const Use use = command ? use_of(*command) : kFilter;
  std::vector<std::string> all;
  for (const Setting& setting : kSettings) {
    if ((setting.uses & use) && setting.read != ignore)
      all.push_back(std::string(setting.name) + (setting.has_value ? "=" : ""));
  }
  for (const ProtocolWord& word : protocol_words()) all.emplace_back(word.word);
  for (const Field& field : fields()) all.push_back(std::string(field.name) + "=");
  if (!(use & kChanging)) return all;
  all.emplace_back("actions=");
  for (const std::string& word : action_vocabulary()) all.push_back("actions=" + word);
  return all;
}

FlowMod parse_flow(std::string_view text, FlowMod::Command command, const PortNames& ports) {
  return reading("flow", [&] {
    FlowMod flow = FlowReader({ports, use_of(command)}).read(text);
    flow.command = command;
    return flow;
  });
}

FlowFilter parse_filter(std::string_view text, const PortNames& ports) {
  return reading("flow", [&]() -> FlowFilter {
    const FlowMod flow = FlowReader({ports, kFilter}).read(text);
    return {flow.table, flow.match, flow.out_port, flow.out_group, flow.cookie, flow.cookie_mask};
  });
}

Match parse_match(std::string_view text, const PortNames& ports) {
  return reading("match", [&] {
    std::vector<Token> all;
    Tokens tokens(text);
    for (Token token; tokens.next(token);) all.push_back(token);
    return read_match(std::move(all), ports);
  });
}

}  // namespace flowbed::sw
