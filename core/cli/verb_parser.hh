// From the words of a shell line to a verb and its JSON parameters, by the network's own table of verbs.
//
// A verb "add-host" is also written "add host". Words fill the parameters in the table's order; a word
// "parameter=value" names one. If the last parameter is a required string, or one of fields, it takes all
// words that are left. "--parameter" raises a flag.
// "--json" anywhere asks for the raw answer.
#pragma once

#include <string>
#include <vector>

#include "core/base/verb.hh"
#include "core/cli/names.hh"

namespace flowbed {

struct VerbCall {
  const Verb* verb = nullptr;
  Json params = Json::object();
  bool raw_json = false;
};

// Null if the words do not begin with a verb. `used` gets how many words name it.
const Verb* find_verb(const std::vector<Verb>& verbs, const std::vector<std::string>& words, size_t& used);

// `words` without the verb's name. Throws Error naming what is wrong, with the usage: a missing or
// superfluous word, an unknown node, a number that is none.
VerbCall parse_verb(const Verb& verb, const std::vector<std::string>& words, const NameLists& names);

std::string verb_words(const Verb& verb);                    // "add host": as a person types it
std::string verb_usage(const Verb& verb);                    // "iperf [CLIENT] [SERVER] [SECONDS]"
std::string parameter_help(const VerbParameter& parameter);  // "seconds (number, optional): how long"

}  // namespace flowbed
