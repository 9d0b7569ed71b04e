#include "core/cli/verb_parser.hh"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>

#include "core/base/error.hh"
#include "core/base/suggest.hh"
#include "core/base/units.hh"

namespace flowbed {
namespace {

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

std::vector<std::string> choices_of(const std::string& type) {
  std::vector<std::string> choices;
  for (size_t start = 0; start <= type.size();) {
    const size_t end = std::min(type.find('|', start), type.size());
    choices.push_back(type.substr(start, end - start));
    start = end + 1;
  }
  return choices;
}

// A type as a person reads it.
std::string spoken(const std::string& type) {
  if (type == "linked" || type == "neighbour") return "node or interface";
  if (type == "capturable") return "interface or link";
  return type.substr(0, type.find(':'));
}

bool takes_fields(const VerbParameter& parameter) { return parameter.type.starts_with("fields:"); }
bool takes_rest(const VerbParameter& parameter) {
  return takes_fields(parameter) || (parameter.required && parameter.type == "string");
}

// "meter=1,…" is not the parameter meter, but what it is to hold.
bool holds_field(const VerbParameter& parameter, const std::string& name) {
  return takes_fields(parameter) &&
         ("," + parameter.type.substr(7) + ",").find("," + name + "=") != std::string::npos;
}

// What is no rate by its looks is meant for the next parameter: "iperfudp h1 h2".
bool passes_over(const VerbParameter& parameter, const std::string& word) {
  return parameter.type == "flag" || (parameter.type == "rate" && !parameter.required &&
                                      !std::isdigit(static_cast<unsigned char>(word[0])));
}

std::string in_usage(const VerbParameter& parameter) {
  if (parameter.type == "flag") return "--" + parameter.name;
  const bool is_choice = !takes_fields(parameter) && parameter.type.find('|') != std::string::npos;
  return is_choice ? parameter.type : upper(parameter.name);
}

[[noreturn]] void fail(const Verb& verb, const std::string& message) {
  throw Error(verb_words(verb) + ": " + message + "\nUsage: " + verb_usage(verb));
}

void check_one_of(const Verb& verb, const std::string& what, const std::string& word,
                  const std::vector<std::string>& valid) {
  if (std::find(valid.begin(), valid.end(), word) != valid.end()) return;
  fail(verb, "there is no " + what + " " + in_quotes(word) + suggestion(word, valid));
}

Json number_from(const Verb& verb, const VerbParameter& parameter, const std::string& word) {
  int64_t whole = 0;
  const char* end = word.data() + word.size();
  if (const auto r = std::from_chars(word.data(), end, whole); r.ec == std::errc() && r.ptr == end)
    return whole;
  double number = 0;
  if (const auto r = std::from_chars(word.data(), end, number); r.ec == std::errc() && r.ptr == end)
    return number;
  fail(verb, parameter.name + ": " + in_quotes(word) + " is not a number");
}

Json boolean_from(const Verb& verb, const VerbParameter& parameter, const std::string& word) {
  for (const char* yes : {"yes", "on", "true", "1"}) {
    if (word == yes) return true;
  }
  for (const char* no : {"no", "off", "false", "0"}) {
    if (word == no) return false;
  }
  fail(verb, parameter.name + ": " + in_quotes(word) + " is neither yes nor no");
}

Json json_from(const Verb& verb, const VerbParameter& parameter, const std::string& word) {
  Json value = Json::parse(word, nullptr, false);
  if (value.is_discarded()) fail(verb, parameter.name + ": " + in_quotes(word) + " is not JSON");
  return value;
}

Json value_from(const Verb& verb, const VerbParameter& parameter, const std::string& word,
                const NameLists& names) {
  const std::string& type = parameter.type;
  if (type == "number") return number_from(verb, parameter, word);
  if (type == "boolean" || type == "flag") return boolean_from(verb, parameter, word);
  if (type == "json") return json_from(verb, parameter, word);
  if (type == "file") return std::filesystem::absolute(word).string();  // the engine's directory is another
  if (type == "rate" && !parse_bandwidth(word))
    fail(verb, parameter.name + ": " + in_quotes(word) + " is not a rate; write e.g. 10M");
  if (const auto* valid = names.of_type(type)) check_one_of(verb, spoken(type), word, *valid);
  if (!takes_fields(parameter) && type.find('|') != std::string::npos)
    check_one_of(verb, parameter.name, word, choices_of(type));
  return word;
}

const VerbParameter* parameter_named(const Verb& verb, const std::string& name) {
  const auto found = std::find_if(verb.parameters.begin(), verb.parameters.end(),
                                  [&](const VerbParameter& p) { return p.name == name; });
  return found == verb.parameters.end() ? nullptr : &*found;
}

// "--strict"
const VerbParameter* flag_named(const Verb& verb, const std::string& word) {
  const VerbParameter* named = word.starts_with("--") ? parameter_named(verb, word.substr(2)) : nullptr;
  return named != nullptr && named->type == "flag" ? named : nullptr;
}

class CallBuilder {
 public:
  CallBuilder(const Verb& verb, const NameLists& names) : verb_(verb), names_(names) { call_.verb = &verb; }

  void add(const std::string& word) {
    if (word == "--json") {
      call_.raw_json = true;
      return;
    }
    if (const VerbParameter* flag = flag_named(verb_, word)) return raise(*flag);
    const size_t equals = word.find('=');
    const VerbParameter* named =
        equals == std::string::npos ? nullptr : parameter_named(verb_, word.substr(0, equals));
    if (named != nullptr && holds_field(*named, named->name)) named = nullptr;
    if (named != nullptr && takes_rest_ != named) return set(*named, word.substr(equals + 1));
    add_positional(word);
  }

  VerbCall finish() {
    if (!rest_.empty()) set(*takes_rest_, rest_);
    for (const VerbParameter& parameter : verb_.parameters) {
      if (parameter.required && !call_.params.contains(parameter.name))
        fail(verb_, upper(parameter.name) + " is missing");
    }
    return std::move(call_);
  }

 private:
  void raise(const VerbParameter& flag) { call_.params[flag.name] = true; }

  void set(const VerbParameter& parameter, const std::string& word) {
    if (call_.params.contains(parameter.name)) fail(verb_, parameter.name + " is given twice");
    call_.params[parameter.name] = value_from(verb_, parameter, word, names_);
  }

  void add_positional(const std::string& word) {
    if (takes_rest_ != nullptr) {
      rest_ += " " + word;
      return;
    }
    while (next_ < verb_.parameters.size() && (call_.params.contains(verb_.parameters[next_].name) ||
                                               passes_over(verb_.parameters[next_], word)))
      next_++;
    if (next_ == verb_.parameters.size()) fail(verb_, "the word " + in_quotes(word) + " is one too many");
    const VerbParameter& parameter = verb_.parameters[next_++];
    if (next_ == verb_.parameters.size() && takes_rest(parameter)) {
      takes_rest_ = &parameter;
      rest_ = word;
    } else {
      set(parameter, word);
    }
  }

  const Verb& verb_;
  const NameLists& names_;
  VerbCall call_;
  size_t next_ = 0;
  const VerbParameter* takes_rest_ = nullptr;
  std::string rest_;
};

}  // namespace

const Verb* find_verb(const std::vector<Verb>& verbs, const std::vector<std::string>& words, size_t& used) {
  const auto named = [&](const std::string& name) {
    const auto found =
        std::find_if(verbs.begin(), verbs.end(), [&](const Verb& v) { return v.name == name; });
    return found == verbs.end() ? nullptr : &*found;
  };
  used = 2;
  if (words.size() > 1) {
    if (const Verb* verb = named(words[0] + "-" + words[1])) return verb;
  }
  used = 1;
  return words.empty() ? nullptr : named(words[0]);
}

VerbCall parse_verb(const Verb& verb, const std::vector<std::string>& words, const NameLists& names) {
  CallBuilder builder(verb, names);
  for (const std::string& word : words) builder.add(word);
  return builder.finish();
}

std::string verb_words(const Verb& verb) {
  std::string words = verb.name;
  for (const char* prefix : {"add-", "del-"}) {
    if (words.starts_with(prefix)) words[3] = ' ';
  }
  return words;
}

std::string verb_usage(const Verb& verb) {
  std::string usage = verb_words(verb);
  for (const VerbParameter& p : verb.parameters) {
    usage += p.required ? " " + in_usage(p) : " [" + in_usage(p) + "]";
  }
  return usage;
}

std::string parameter_help(const VerbParameter& p) {
  return p.name + " (" + spoken(p.type) + (p.required ? "" : ", optional") + "): " + p.help;
}

}  // namespace flowbed
