#include "core/cli/help.hh"

#include <algorithm>

#include <unistd.h>

#include "core/base/error.hh"
#include "core/cli/builtins.hh"
#include "core/cli/program.hh"
#include "core/cli/shell.hh"
#include "core/cli/table.hh"
#include "core/cli/terminal.hh"
#include "core/cli/verb_parser.hh"
#include "core/cli/words.hh"

namespace flowbed {

std::string help_overview(Shell& shell) {
  std::vector<std::string> names;
  for (const Builtin& builtin : builtins()) names.push_back(builtin.name);
  for (const Verb& verb : shell.context().network.verbs()) names.push_back(verb_words(verb));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const std::string prompt = kPrompt;
  return "\nDocumented commands (type help <topic>):\n========================================\n" +
         in_columns(names, std::min<size_t>(100, static_cast<size_t>(window_width(STDOUT_FILENO)))) +
         "\nA node's name runs a command in it, and in the command the names of nodes stand for their "
         "addresses:\n"
         "  " +
         prompt +
         "h1 ip address\n"
         "  " +
         prompt +
         "h1 ping -c 3 h2\n"
         "A command keeps its terminal: editors, pagers and ssh work, and Ctrl-C ends it, not the network. A "
         "node's shell\n"
         "keeps its directory, variables and jobs. \"--json\" after a command gives its raw answer.\n\n";
}

std::string help_about(Shell& shell, const std::string& command) {
  const std::vector<Verb> verbs = shell.context().network.verbs();
  const std::vector<std::string> words = split_words(command);
  std::string text;
  if (const Builtin* builtin = find_builtin(words.front())) {
    text += builtin->help + "\nUsage: " + builtin->usage + "\n";
  }
  size_t used = 0;
  if (const Verb* verb = find_verb(verbs, words, used)) text += verb_help(*verb);
  if (!text.empty()) return text;
  for (const Verb& verb : verbs) {  // "help add": all that begin so
    if (split_head(verb_words(verb)).head == words.front())
      text += verb_usage(verb) + ": " + verb.help + "\n";
  }
  if (text.empty()) throw Error("help: there is no command \"" + command + "\"");
  return text;
}

}  // namespace flowbed
