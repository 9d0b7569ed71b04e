#include "core/cli/option_values.hh"

#include <algorithm>
#include <map>
#include <sstream>

#include "core/base/error.hh"
#include "core/topo/export_words.hh"
#include "core/topo/limit_words.hh"
#include "core/topo/link_words.hh"

namespace flowbed {
namespace {

enum class Verdict { silent, note, refused };

struct Choice {
  std::string name;
  Verdict verdict;
  std::string text;  // the note, or the reason
};

const std::string kOwnSwitch = "Flowbed has one kind of switch, its own; every switch is that";

std::map<std::string, std::vector<Choice>> make_choices() {
  using enum Verdict;
  return {
      {"switch",
       {{"default", silent, ""},
        {"user", silent, ""},
        {"ovs", note, kOwnSwitch},
        {"ovsk", note, kOwnSwitch},
        {"ovsbr", note, kOwnSwitch},
        {"lxbr", note, kOwnSwitch},
        {"ivs", refused, "the Indigo switch, which is not supported"}}},
      {"host", {{"default", silent, ""}, {"proc", silent, ""}, {"cfs", silent, ""}, {"rt", silent, ""}}},
      {"link",
       {{"default", silent, ""},
        {"tc", silent, ""},
        {"tcu", silent, ""},
        {"ovs", note, "links are veth pairs"}}},
  };
}

const std::map<std::string, std::vector<std::string>>& test_names() {
  static const std::map<std::string, std::vector<std::string>> names = {
      {"pingall", {"pingall"}},           {"pingpair", {"pingpair"}}, {"pingallfull", {"pingallfull"}},
      {"pingpairfull", {"pingpairfull"}}, {"iperf", {"iperf"}},       {"iperfudp", {"iperfudp"}},
      {"all", {"pingall", "iperf"}},      {"build", {"build"}},       {"none", {"none"}}};
  return names;
}

// What follows the name: "stp=1,x" → "stp=1", "x".
std::vector<std::string> arguments_of(const std::string& value) {
  std::istringstream words(value);
  std::vector<std::string> all;
  for (std::string word; std::getline(words, word, ',');) all.push_back(word);
  all.erase(all.begin(), all.begin() + (all.empty() ? 0 : 1));
  return all;
}

// What follows an export is its own, up to the switch's next argument: "sflow=10.0.0.9", "sampling=64" →
// "sflow=10.0.0.9,sampling=64".
std::vector<std::string> join_export_arguments(const std::vector<std::string>& arguments) {
  constexpr std::string_view kOwn[] = {"stp", "protocols", "failMode", "fail_mode"};
  std::vector<std::string> joined;
  bool in_export = false;
  for (const std::string& argument : arguments) {
    const std::string name = argument.substr(0, argument.find('='));
    const bool begins = is_export(name) || std::ranges::find(kOwn, name) != std::end(kOwn);
    if (begins) in_export = is_export(name);
    if (in_export && !begins) {
      joined.back() += "," + argument;
    } else {
      joined.push_back(argument);
    }
  }
  return joined;
}

void refuse_arguments(const std::string& option, const std::string& name, const std::string& value) {
  if (option == "switch" || option == "link") return;  // see take_switch_arguments, parse_link_option
  for (const std::string& argument : arguments_of(value))
    throw Error("--" + option + " " + name + " takes no argument \"" + argument + "\" here");
}

}  // namespace

std::optional<bool> take_switch_arguments(OpenFlowOptions& openflow, const std::string& value) {
  std::optional<bool> stp;
  for (const std::string& argument : join_export_arguments(arguments_of(value))) {
    if (take_switch_argument(openflow, argument)) continue;
    if (!argument.starts_with("stp="))
      throw Error(
          "--switch takes no argument \"" + argument +
          "\" here; only stp=1, stp=0, failMode=…, protocols=…, listenProtocol=…, sflow=…, netflow=… and "
          "ipfix=…");
    if (argument != "stp=0" && argument != "stp=1")
      throw Error("--switch: \"" + argument + "\": write stp=1 for spanning tree, stp=0 for none");
    stp = argument == "stp=1";
  }
  return stp;
}

std::optional<std::string> check_choice(const std::string& option, const std::string& value) {
  static const auto choices = make_choices();
  const std::string name = value.substr(0, value.find(','));
  const auto& valid = choices.at(option);
  const auto choice =
      std::find_if(valid.begin(), valid.end(), [&](const Choice& c) { return c.name == name; });
  const std::string given = "--" + option + " " + name;
  if (choice == valid.end()) {
    std::string names;
    for (const Choice& c : valid) {
      if (c.verdict != Verdict::refused) names += (names.empty() ? "" : ", ") + c.name;
    }
    throw Error("--" + option + ": there is no \"" + name + "\"; choose from " + names);
  }
  if (choice->verdict == Verdict::refused) throw Error(given + " asks for " + choice->text);
  refuse_arguments(option, name, value);
  if (choice->verdict == Verdict::silent) return std::nullopt;
  return given + ": " + choice->text;
}

std::optional<HostLimits> parse_host_limits(const std::string& value) {
  std::istringstream words(value);
  std::string word;
  std::getline(words, word, ',');
  if (word != "cfs" && word != "rt") return std::nullopt;
  HostLimits limits;
  try {
    set_limit(limits, "sched", word);
    while (std::getline(words, word, ',')) {
      const size_t equals = std::min(word.find('='), word.size());
      set_limit(limits, word.substr(0, equals), word.substr(std::min(equals + 1, word.size())));
    }
  } catch (const Error& fault) {
    throw Error("--host " + value + ": " + fault.what());
  }
  return limits;
}

LinkShape parse_link_option(const std::string& value) {
  try {
    const LinkWords words = parse_link_words(value.substr(std::min(value.find(','), value.size())));
    if (words.up || words.makes_plain || !words.from.empty() || !words.ended.empty())
      throw Error("it holds for both directions of all links; write e.g. tc,bw=10,delay=5ms");
    return words.both;
  } catch (const Error& fault) {
    throw Error("--link " + value + ": " + fault.what());
  }
}

std::vector<std::string> expand_tests(const std::vector<std::string>& given) {
  std::vector<std::string> tests;
  for (const std::string& chain : given) {
    std::istringstream names(chain);
    for (std::string name; std::getline(names, name, '+');) {
      const auto known = test_names().find(name);
      if (known == test_names().end()) {
        std::string valid;
        for (const auto& [test, steps] : test_names()) valid += (valid.empty() ? "" : ", ") + test;
        throw Error("--test: there is no \"" + name + "\"; choose from " + valid +
                    ", or chain several with \"+\"");
      }
      tests.insert(tests.end(), known->second.begin(), known->second.end());
    }
  }
  return tests;
}

}  // namespace flowbed
