// Completion of shell lines: what could stand at the cursor, from the same table of verbs that runs the
// commands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/verb.hh"
#include "core/cli/names.hh"

namespace flowbed {

struct Completion {
  size_t start = 0;                     // where in the line the word to replace begins
  std::vector<std::string> candidates;  // whole words, sorted; one that is a folder ends in "/"
};

// What completion may offer at the places of a command's words.
struct CompletionSource {
  struct Command {
    std::string name;
    // As a verb parameter's type, for all its words; or "command" (another command follows), "" (nothing).
    std::string type;
  };

  std::vector<Command> commands;
  const std::vector<Verb>& verbs;
  const NameLists& names;
};

// `line` ends at the cursor.
Completion complete(std::string_view line, const CompletionSource& source);

std::string common_prefix(const std::vector<std::string>& words);

}  // namespace flowbed
