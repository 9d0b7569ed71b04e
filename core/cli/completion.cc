#include "core/cli/completion.hh"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include <stdlib.h>
#include <unistd.h>

#include "core/cli/verb_parser.hh"
#include "core/cli/words.hh"

namespace flowbed {
namespace {

using Words = std::vector<std::string>;

Words files_like(const std::string& prefix) {
  const std::filesystem::path typed(prefix);
  const std::string folder = prefix.substr(0, prefix.rfind('/') + 1);
  Words found;
  std::error_code fault;
  for (const auto& entry : std::filesystem::directory_iterator(folder.empty() ? "." : folder, fault)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(typed.filename().string()) || (name[0] == '.' && typed.filename().empty()))
      continue;
    std::error_code unreadable;
    found.push_back(folder + name + (entry.is_directory(unreadable) ? "/" : ""));
  }
  return found;
}

Words choices_in(const std::string& type) {
  Words choices;
  for (size_t start = 0; type.find('|') != std::string::npos && start <= type.size();) {
    const size_t end = std::min(type.find('|', start), type.size());
    choices.push_back(type.substr(start, end - start));
    start = end + 1;
  }
  return choices;
}

// On this machine's PATH, which is the hosts' too. Nothing for an empty word: that would be thousands.
Words programs_like(const std::string& prefix) {
  Words found;
  const char* path = getenv("PATH");
  std::istringstream folders(path != nullptr && !prefix.empty() ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::error_code fault;
    for (const auto& entry : std::filesystem::directory_iterator(folder, fault)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with(prefix) && access(entry.path().c_str(), X_OK) == 0) found.push_back(name);
    }
  }
  return found;
}

class Completer {
 public:
  Completer(const CompletionSource& source, std::string word) : source_(source), word_(std::move(word)) {}

  // `before` are the words before the one at the cursor.
  Words candidates(const Words& before) {
    if (before.empty()) {
      offer_commands();
    } else if (is_command(before.front())) {
      offer_for_command(before);
    } else if (is_node(before.front())) {
      offer_in_node(before.size() == 1);
    }
    offer_verb_parts(before);
    return {found_.begin(), found_.end()};
  }

 private:
  bool is_node(const std::string& word) const {
    return std::find(source_.names.nodes.begin(), source_.names.nodes.end(), word) !=
           source_.names.nodes.end();
  }
  const CompletionSource::Command* command(const std::string& name) const {
    const auto found = std::find_if(source_.commands.begin(), source_.commands.end(),
                                    [&](const auto& c) { return c.name == name; });
    return found == source_.commands.end() ? nullptr : &*found;
  }
  bool is_command(const std::string& name) const { return command(name) != nullptr; }

  void offer(const std::string& candidate) {
    if (candidate.starts_with(word_)) found_.insert(candidate);
  }
  void offer_all(const Words& candidates) {
    for (const std::string& candidate : candidates) offer(candidate);
  }
  void offer_files() {
    for (const std::string& file : files_like(word_)) found_.insert(file);
  }

  // A program, then nodes and files.
  void offer_in_node(bool at_program) {
    if (at_program && word_.find('/') == std::string::npos) return offer_all(programs_like(word_));
    if (!at_program) offer_all(source_.names.nodes);
    offer_files();
  }

  void offer_commands() {
    for (const auto& each : source_.commands) offer(each.name);
    for (const Verb& verb : source_.verbs) offer(split_head(verb_words(verb)).head);
    if (word_.find('-') != std::string::npos) {  // "add-f" as well as "add f"
      for (const Verb& verb : source_.verbs) offer(verb.name);
    }
    offer_all(source_.names.nodes);
  }

  void offer_type(const std::string& type) {
    if (type == "file") return offer_files();
    if (const auto* names = source_.names.of_type(type)) return offer_all(*names);
    offer_all(choices_in(type));
  }

  // "in_port=1,eth_t" → "in_port=1,eth_type=": the part after the last comma. Behind "actions=" other words
  // stand than before.
  void offer_fields(const std::string& type, bool in_actions) {
    const std::string actions = "actions=";
    const size_t start = word_.rfind(',') + 1;  // 0 where there is none
    const std::string head = word_.substr(0, start);
    in_actions |= head.find(actions) != std::string::npos;
    const bool begins_actions = !in_actions && word_.substr(start).starts_with(actions);
    std::istringstream fields(type.substr(type.find(':') + 1));
    for (std::string field; std::getline(fields, field, ',');) {
      const bool is_action = field.starts_with(actions) && field != actions;
      if (in_actions && is_action) offer(head + field.substr(actions.size()));
      if (!in_actions && is_action == begins_actions) offer(head + field);
    }
  }

  void offer_neighbours(const std::string& of) {
    const auto known = source_.names.neighbours.find(of);
    if (known != source_.names.neighbours.end()) offer_all(known->second);
  }

  void offer_for_command(const Words& before) {
    const std::string& type = command(before.front())->type;
    if (type != "command") return offer_type(type);
    const Words rest(before.begin() + 1, before.end());
    for (const std::string& candidate : Completer(source_, word_).candidates(rest)) found_.insert(candidate);
  }

  // "add " → "host", "link" …; then the parameters of a verb.
  void offer_verb_parts(const Words& before) {
    if (before.size() == 1) {
      for (const Verb& verb : source_.verbs) {
        const HeadAndTail parts = split_head(verb_words(verb));
        if (parts.head == before[0] && !parts.tail.empty()) offer(parts.tail);
      }
    }
    size_t used = 0;
    if (const Verb* verb = find_verb(source_.verbs, before, used))
      offer_parameters(*verb, {before.begin() + static_cast<ptrdiff_t>(used), before.end()});
  }

  // The one that the next word fills, after `given`.
  static const VerbParameter* parameter_after(const Verb& verb, const Words& given) {
    auto position =
        std::count_if(given.begin(), given.end(), [](const auto& w) { return !w.starts_with("--"); });
    const VerbParameter* last = nullptr;
    for (const VerbParameter& parameter : verb.parameters) {
      if (parameter.type == "flag") continue;
      if (position-- == 0) return &parameter;
      last = &parameter;
    }
    return last != nullptr && last->type.starts_with("fields:") ? last : nullptr;
  }

  void offer_parameters(const Verb& verb, const Words& given) {
    const size_t equals = word_.find('=');
    for (const VerbParameter& parameter : verb.parameters) {
      if (parameter.type == "flag") {
        if (word_.starts_with("-")) offer("--" + parameter.name);
        continue;
      }
      if (parameter.type.starts_with("fields:")) continue;
      if (!parameter.required) offer(parameter.name + "=");
      if (equals != std::string::npos && word_.substr(0, equals) == parameter.name)
        offer_value(parameter, equals + 1);
    }
    const VerbParameter* next = parameter_after(verb, given);
    if (next == nullptr) return;
    if (next->type == "neighbour") return offer_neighbours(given.empty() ? "" : given.back());
    if (!next->type.starts_with("fields:")) return offer_type(next->type);
    offer_fields(next->type, std::any_of(given.begin(), given.end(), [](const std::string& word) {
                   return word.find("actions=") != std::string::npos;
                 }));
  }

  void offer_value(const VerbParameter& parameter, size_t start) {
    Completer values(source_, word_.substr(start));
    values.offer_type(parameter.type);
    for (const std::string& value : values.found_) found_.insert(word_.substr(0, start) + value);
  }

  const CompletionSource& source_;
  std::string word_;
  std::set<std::string> found_;
};

}  // namespace

Completion complete(std::string_view line, const CompletionSource& source) {
  const size_t start = line.find_last_of(" \t") + 1;  // 0 where there is none
  Words before;
  for (std::string rest = strip(line.substr(0, start)); !rest.empty();) {
    HeadAndTail parts = split_head(rest);
    before.push_back(parts.head);
    rest = parts.tail;
  }
  return {start, Completer(source, std::string(line.substr(start))).candidates(before)};
}

std::string common_prefix(const std::vector<std::string>& words) {
  if (words.empty()) return "";
  std::string prefix = words.front();
  for (const std::string& word : words) {
    const auto differ = std::mismatch(prefix.begin(), prefix.end(), word.begin(), word.end());
    prefix.erase(differ.first, prefix.end());
  }
  return prefix;
}

}  // namespace flowbed
