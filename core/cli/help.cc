#include "core/cli/help.hh"

#include <algorithm>

#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/suggest.hh"
#include "core/cli/builtins.hh"
#include "core/cli/program.hh"
#include "core/cli/shell.hh"
#include "core/cli/table.hh"
#include "core/cli/terminal.hh"
#include "core/cli/verb_parser.hh"
#include "core/cli/words.hh"
#include "core/cli/wrap.hh"

namespace flowbed {
namespace {

size_t text_columns() { return std::min<size_t>(100, static_cast<size_t>(window_width(STDOUT_FILENO))); }

std::string paragraph(const std::string& text) {
  std::string lines;
  for (const std::string& line : wrapped(text, text_columns())) lines += line + "\n";
  return lines;
}

std::string help_of(const Verb& verb) {
  std::string text = paragraph(verb.help) + "Usage: " + verb_usage(verb) + "\n";
  for (const VerbParameter& p : verb.parameters) text += "  " + parameter_help(p) + "\n";
  return text;
}

// "help add": all that begin so.
std::string verbs_beginning(const std::vector<Verb>& verbs, const std::string& word) {
  std::string text;
  for (const Verb& verb : verbs) {
    if (split_head(verb_words(verb)).head == word) text += (text.empty() ? "" : "\n") + help_of(verb);
  }
  return text;
}

}  // namespace

Json help_as_json(Shell& shell) {
  Json all = Json::array();
  for (const Builtin& builtin : builtins())
    all.push_back({{"name", builtin.name}, {"usage", builtin.usage}, {"help", builtin.help}});
  for (const Verb& verb : shell.context().network.verbs()) {
    if (find_builtin(verb.name) == nullptr)
      all.push_back({{"name", verb_words(verb)}, {"usage", verb_usage(verb)}, {"help", verb.help}});
  }
  return all;
}

std::string help_overview(Shell& shell) {
  std::vector<std::string> names;
  for (const Builtin& builtin : builtins()) names.push_back(builtin.name);
  for (const Verb& verb : shell.context().network.verbs()) names.push_back(verb_words(verb));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const std::string prompt = std::string("  ") + kPrompt;
  return "\nDocumented commands (type help <topic>):\n========================================\n" +
         in_columns(names, text_columns()) + "\n" +
         paragraph(
             "A node's name runs a command in it, and in the command the names of nodes stand for their "
             "addresses:") +
         prompt + "h1 ip address\n" + prompt + "h1 ping -c 3 h2\n" +
         paragraph(
             "A command keeps its terminal: editors, pagers and ssh work, and Ctrl-C ends it, not the "
             "network. A node's shell keeps its directory, variables and jobs. \"--json\" after a command "
             "gives its raw answer.") +
         "\n";
}

std::string help_about(Shell& shell, const std::string& command) {
  const std::vector<Verb> verbs = shell.context().network.verbs();
  const std::vector<std::string> words = split_words(command);
  size_t used = 0;
  if (const Builtin* builtin = find_builtin(words.front()))
    return paragraph(builtin->help) + "Usage: " + builtin->usage + "\n";
  if (const Verb* verb = find_verb(verbs, words, used)) return help_of(*verb);
  if (const std::string several = verbs_beginning(verbs, words.front()); !several.empty()) return several;
  if (!shell.is_node(command)) throw Error("help: there is no command " + in_quotes(command));
  return paragraph(command +
                   " is a node; what comes after its name is run in it, and there the names of nodes "
                   "stand for their addresses.") +
         "Usage: " + command + " COMMAND…\n  " + command + " ip address\n  " + command + " bash\n";
}

}  // namespace flowbed
