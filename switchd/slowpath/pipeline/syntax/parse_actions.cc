#include <algorithm>
#include <iterator>

#include "core/base/suggest.hh"
#include "switchd/slowpath/pipeline/syntax/action_words.hh"
#include "switchd/slowpath/pipeline/syntax/flow_syntax.hh"

namespace flowbed::sw {
namespace {

constexpr std::string_view kInstructions[] = {"meter",         "clear_actions",  "write_actions",
                                              "apply_actions", "write_metadata", "goto_table"};

const ActionWord* find_word(std::string_view word) {
  const std::string lower = lower_case(word);
  for (const auto words : {forwarding_words(), rewriting_words()}) {
    for (const ActionWord& each : words) {
      if (each.word == lower) return &each;
    }
  }
  return nullptr;
}

[[noreturn]] void fail_unknown(const Token& token) {
  if (std::ranges::find(kInstructions, token.name) != std::end(kInstructions))
    fail_at(token, "is an instruction of a flow, and cannot stand among these actions");
  const bool is_port = token.separator == '\0';
  fail_at(token, "there is no action " + std::string(is_port ? "or port " : "") + std::string(token.name) +
                     suggestion(token.name, action_vocabulary()));
}

bool is_drop(const Token& token) { return token.separator == '\0' && lower_case(token.name) == "drop"; }

}  // namespace

OfAction read_action(const Token& token, const ActionContext& context) {
  if (!token.behind.empty()) fail_at(token, "has something behind its closing parenthesis");
  if (const ActionWord* word = find_word(token.name)) return word->read(token, context);
  const auto port = token.separator == '\0' ? parse_port(token.name, context.ports) : std::nullopt;
  if (!port) fail_unknown(token);
  return of::Output{.port = *port};
}

OfActions read_actions(std::string_view text, const ActionContext& context) {
  OfActions actions;
  Tokens tokens(text);
  bool drops = false;
  for (Token token; tokens.next(token);) {
    if (drops || (is_drop(token) && !actions.empty())) fail_at(token, "drop must stand alone");
    drops = is_drop(token);
    if (!drops) actions.push_back(read_action(token, context));
  }
  return actions;
}

std::vector<std::string> action_vocabulary() {
  std::vector<std::string> all{"drop"};
  for (const auto words : {forwarding_words(), rewriting_words()}) {
    for (const ActionWord& each : words) all.emplace_back(each.word);
  }
  all.insert(all.end(), std::begin(kInstructions), std::end(kInstructions));
  return all;
}

Arrow split_at_arrow(const Token& token) {
  const size_t arrow = token.value.rfind("->");
  if (arrow == std::string_view::npos)
    fail_at(token, "lacks its target; write " + std::string(token.name) + ":…->FIELD");
  return {token.value.substr(0, arrow), token.value.substr(arrow + 2)};
}

Pair split_at(std::string_view text, std::string_view separators) {
  const size_t at = text.find_first_of(separators);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

OfPort port_in(const Token& token, std::string_view text, const ActionContext& context) {
  const auto port = parse_port(text, context.ports);
  if (!port) fail_at(token, in_quotes(text) + " names no port of this switch");
  return *port;
}

OfActions parse_actions(std::string_view text, const PortNames& ports, const Match* match) {
  return reading("actions", [&] { return read_actions(text, {ports, match}); });
}

}  // namespace flowbed::sw
