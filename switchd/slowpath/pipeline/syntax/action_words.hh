// The words for actions and what reads them: shared by the files that read actions, and by nobody else.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "switchd/flow/syntax_tokens.hh"
#include "switchd/slowpath/pipeline/of_action.hh"
#include "switchd/slowpath/pipeline/syntax/port_names.hh"

namespace flowbed::sw {

struct ActionContext {
  const PortNames& ports;
  const Match* match;  // may be null
};

struct ActionWord {
  std::string_view word;
  OfAction (*read)(const Token&, const ActionContext&);
};

std::span<const ActionWord> forwarding_words();  // output, resubmit, group …
std::span<const ActionWord> rewriting_words();   // set_field, mod_…, push_…, load …
OfAction read_learn(const Token& token, const ActionContext& context);

// One action. Throws Error: unknown, or its argument is wrong.
OfAction read_action(const Token& token, const ActionContext& context);
// A list without instructions; "drop" alone is the empty one.
OfActions read_actions(std::string_view text, const ActionContext& context);
std::vector<std::string> action_vocabulary();

// "10.0.0.1->ip_dst" at its arrow. Throws Error: there is none.
struct Arrow {
  std::string_view from, to;
};
Arrow split_at_arrow(const Token& token);
// "1,2" or "1:2" at the first of `separators`; without one, `second` is empty.
struct Pair {
  std::string_view first, second;
};
Pair split_at(std::string_view text, std::string_view separators);
OfPort port_in(const Token& token, std::string_view text, const ActionContext& context);

}  // namespace flowbed::sw
