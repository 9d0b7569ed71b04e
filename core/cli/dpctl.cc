#include "core/cli/dpctl.hh"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>
#include <vector>

#include "core/base/error.hh"
#include "core/base/suggest.hh"
#include "core/cli/format_dpctl.hh"
#include "core/cli/shell.hh"
#include "core/cli/wait.hh"
#include "core/cli/words.hh"

namespace flowbed {
namespace {

using Words = std::vector<std::string>;

struct Command {
  const char* name;
  const char* verb;
  std::string (*format)(const Json& answer);
};

constexpr const char* kBlanks = " \t\r";

std::string nothing(const Json&) { return ""; }

constexpr Command kCommands[] = {{"add-flow", "add-flow", nothing},
                                 {"add-flows", "add-flow", nothing},
                                 {"add-group", "add-group", nothing},
                                 {"add-meter", "add-meter", nothing},
                                 {"del-flows", "del-flows", nothing},
                                 {"del-groups", "del-groups", nothing},
                                 {"del-meter", "del-meters", nothing},
                                 {"del-meters", "del-meters", nothing},
                                 {"dump-aggregate", "flows", dpctl_aggregate},
                                 {"dump-flows", "flows", dpctl_flows},
                                 {"dump-group-stats", "groups", dpctl_group_stats},
                                 {"dump-groups", "groups", dpctl_texts_of_groups},
                                 {"dump-meters", "meters", dpctl_texts_of_meters},
                                 {"dump-ports", "ports", dpctl_ports},
                                 {"dump-ports-desc", "ports", dpctl_port_descriptions},
                                 {"dump-tables", "tables", dpctl_tables},
                                 {"meter-stats", "meters", dpctl_meter_stats},
                                 {"mod-flows", "mod-flows", nothing},
                                 {"mod-group", "mod-group", nothing},
                                 {"mod-meter", "mod-meter", nothing},
                                 {"mod-port", "mod-port", nothing},
                                 {"show", "ports", dpctl_show}};

const Command& find_command(const std::string& name) {
  Words known;
  for (const Command& command : kCommands) {
    if (name == command.name) return command;
    known.emplace_back(command.name);
  }
  throw Error("dpctl: there is no command " + in_quotes(name) + suggestion(name, known));
}

// Those of ovs-ofctl that change nothing here: every version of OpenFlow is spoken, and ports have names.
bool is_needless(const std::string& option) {
  return option == "--names" || option == "--color" || option.starts_with("--protocols=") ||
         option.starts_with("-O");
}

struct Request {
  bool json = false;
  std::string command = {};
  Words words = {};  // behind the command and, where one is named, the switch
  Words switches = {};
  bool one = false;  // that was named
};

Request read_request(Shell& shell, const std::string& arguments) {
  Request request{.switches = shell.names().switches};
  bool skips = false;  // the value of an option
  for (const std::string& word : split_words(arguments)) {
    if (std::exchange(skips, word == "-O" || word == "--protocols") || skips || is_needless(word)) continue;
    if (word == "--json") {
      request.json = true;
    } else if (request.command.empty() && !word.starts_with("--")) {
      request.command = word;
    } else {
      request.words.push_back(word);
    }
  }
  if (request.command.empty()) throw Error("dpctl: which command? E.g. dpctl dump-flows");
  return request;
}

// "dump-flows s1 …": the first word that is no option may name a switch.
void take_named_switch(Request& request) {
  const auto first =
      std::ranges::find_if(request.words, [](const auto& word) { return !word.starts_with("--"); });
  if (first == request.words.end() || std::ranges::find(request.switches, *first) == request.switches.end())
    return;
  request.switches = {*first};
  request.one = true;
  request.words.erase(first);
}

// The lines that say something, with their numbers; what stands behind a # says nothing.
std::vector<std::pair<int, std::string>> flows_in(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw Error("dpctl: cannot read " + path + ": " + strerror(errno));
  std::vector<std::pair<int, std::string>> flows;
  std::string line;
  for (int number = 1; std::getline(file, line); number++) {
    line.erase(std::min(line.find('#'), line.size()));
    line.erase(line.find_last_not_of(kBlanks) + 1);
    line.erase(0, line.find_first_not_of(kBlanks));
    if (!line.empty()) flows.emplace_back(number, line);
  }
  return flows;
}

class Run {
 public:
  Run(Shell& shell, Request request)
      : shell_(shell), request_(std::move(request)), command_(find_command(request_.command)) {
    verbs_ = shell.context().network.verbs();
    json_ = request_.json || shell.settings().json;
  }

  void run() {
    for (const std::string& name : request_.switches) {
      if (!json_ && !request_.one) print("*** " + name + " " + std::string(72, '-') + "\n");
      try {
        ask(name);
      } catch (const Interrupted&) {
        throw;
      } catch (const Error& fault) {
        faults_.emplace_back(name, fault.what());
      }
    }
    if (json_) print(answers_.dump(2) + "\n");
    if (!faults_.empty()) throw Error(all_faults());
  }

 private:
  void print(const std::string& text) { shell_.context().output.result(text); }

  void ask(const std::string& name) {
    size_t used = 0;
    const Verb* verb = find_verb(verbs_, {command_.verb}, used);
    if (verb == nullptr) throw Error("dpctl: the switches know no " + std::string(command_.verb));
    if (request_.command == "add-flows") return add_from_file(*verb, name);
    const Json answer = ask(*verb, name, request_.words);
    answers_[name] = answer;
    if (!json_) print(command_.format(answer));
  }

  Json ask(const Verb& verb, const std::string& name, const Words& words) {
    Words all{name};
    all.insert(all.end(), words.begin(), words.end());
    return shell_.ask(verb.name, parse_verb(verb, all, shell_.names()).params);
  }

  void add_from_file(const Verb& verb, const std::string& name) {
    if (request_.words.size() != 1) throw Error("dpctl: add-flows takes one file");
    for (const auto& [number, flow] : flows_in(request_.words[0])) {
      try {
        ask(verb, name, {flow});
      } catch (const Interrupted&) {
        throw;
      } catch (const Error& fault) {
        throw Error(request_.words[0] + ":" + std::to_string(number) + ": " + fault.what());
      }
    }
  }

  // What all switches say alike is said once.
  std::string all_faults() const {
    const bool alike =
        std::ranges::all_of(faults_, [&](const auto& f) { return f.second == faults_[0].second; });
    if (alike && faults_.size() == request_.switches.size()) return faults_[0].second;
    std::string text;
    for (const auto& [name, fault] : faults_) text += (text.empty() ? "" : "\n") + name + ": " + fault;
    return text;
  }

  Shell& shell_;
  Request request_;
  const Command& command_;
  std::vector<Verb> verbs_;
  bool json_ = false;
  Json answers_ = Json::object();
  std::vector<std::pair<std::string, std::string>> faults_;  // switch, what it said
};

}  // namespace

void run_dpctl(Shell& shell, const std::string& arguments) {
  Request request = read_request(shell, arguments);
  take_named_switch(request);
  Run(shell, std::move(request)).run();
}

std::string dpctl_commands() {
  std::string all;
  for (const Command& command : kCommands) all += (all.empty() ? "" : "|") + std::string(command.name);
  return all;
}

}  // namespace flowbed
