#include "core/topo/export_words.hh"

#include <charconv>
#include <sstream>

#include "core/base/error.hh"
#include "core/base/suggest.hh"
#include "core/base/udp_socket.hh"

namespace flowbed {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; std::getline(stream, word, separator);) words.push_back(word);
  return words;
}

// What "name=value" sets: a number or a flag.
struct Word {
  const char* name;
  uint32_t* number;
  bool* flag = nullptr;
};

std::vector<Word> words_of(SflowExport& sflow) {
  return {{"sampling", &sflow.sampling}, {"header", &sflow.header}, {"polling", &sflow.polling}};
}
std::vector<Word> words_of(NetflowExport& netflow) {
  return {{"active_timeout", &netflow.active_timeout},
          {"idle_timeout", &netflow.idle_timeout},
          {"add_id_to_interface", nullptr, &netflow.add_id_to_interface}};
}
std::vector<Word> words_of(IpfixExport& ipfix) {
  return {{"active_timeout", &ipfix.active_timeout},
          {"idle_timeout", &ipfix.idle_timeout},
          {"domain", &ipfix.domain},
          {"point", &ipfix.point}};
}

void assign(const Word& word, const std::string& value, const std::string& where) {
  if (word.flag) {
    if (value != "true" && value != "false" && value != "1" && value != "0")
      throw Error(where + ": " + in_quotes(value) + " is neither true nor false");
    *word.flag = value == "true" || value == "1";
    return;
  }
  const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), *word.number);
  if (fault != std::errc() || end != value.data() + value.size())
    throw Error(where + ": " + in_quotes(value) + " is not a whole number");
}

void set_word(const std::vector<Word>& words, ExportTargets& to, const std::string& argument,
              const std::string& export_name) {
  const size_t equals = std::min(argument.find('='), argument.size());
  const std::string name = argument.substr(0, equals);
  const std::string value = argument.substr(std::min(equals + 1, argument.size()));
  if (name == "place") {
    to.place = value;
    return;
  }
  std::vector<std::string> known = {"place"};
  for (const Word& word : words) {
    if (word.name == name) return assign(word, value, export_name + " " + name);
    known.push_back(word.name);
  }
  throw Error(export_name + " takes no argument " + in_quotes(argument) + suggestion(name, known));
}

template <class Export>
Export parse(const std::string& name, const std::string& text) {
  Export result;
  if (text == "none") return result;
  std::vector<std::string> arguments = split(text, ',');
  if (arguments.empty()) throw Error(name + ": where is the collector? Write e.g. " + name + "=10.0.0.9");
  result.targets = split(arguments.front(), '+');
  for (const std::string& target : result.targets) {
    if (!parse_udp_target(target, Export::kPort))
      throw Error(name + ": " + in_quotes(target) +
                  " is no address of a collector; write e.g. 10.0.0.9:" + std::to_string(Export::kPort));
  }
  for (size_t i = 1; i < arguments.size(); i++) set_word(words_of(result), result, arguments[i], name);
  return result;
}

}  // namespace

bool is_export(const std::string& name) { return name == "sflow" || name == "netflow" || name == "ipfix"; }

void set_export(FlowExports& exports, const std::string& name, const std::string& text) {
  for_each_export(exports, [&]<class Export>(const char* known, Export& out) {
    if (name == known) out = parse<Export>(name, text);
  });
}

}  // namespace flowbed
