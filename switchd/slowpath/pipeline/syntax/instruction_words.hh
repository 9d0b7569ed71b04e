// What follows "actions=" in a flow: actions, and instructions between them.
#pragma once

#include "switchd/slowpath/pipeline/syntax/action_words.hh"

namespace flowbed::sw {

// Throws Error: unknown words, wrong arguments, instructions out of their order or twice.
Instructions read_instructions(std::string_view text, const ActionContext& context);

}  // namespace flowbed::sw
