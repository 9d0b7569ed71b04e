#include "core/cli/substitution.hh"

namespace flowbed {
namespace {

constexpr std::string_view kSeparators = " \t\n;|&()";

bool separates(char c) { return kSeparators.find(c) != std::string_view::npos; }

// The end of the word that starts at `start`: quoted separators and escaped ones belong to it.
size_t end_of_word(std::string_view text, size_t start) {
  char quote = 0;
  size_t i = start;
  for (; i < text.size(); i++) {
    if (text[i] == '\\' && quote != '\'') {
      i++;
    } else if (quote != 0) {
      if (text[i] == quote) quote = 0;
    } else if (text[i] == '\'' || text[i] == '"') {
      quote = text[i];
    } else if (separates(text[i])) {
      break;
    }
  }
  return std::min(i, text.size());
}

// Calls `on_word` for each word and `on_separator` for each byte between, from left to right.
template <class OnWord, class OnSeparator>
void walk(std::string_view command, OnWord on_word, OnSeparator on_separator) {
  for (size_t i = 0; i < command.size();) {
    if (separates(command[i])) {
      on_separator(command[i++]);
      continue;
    }
    const size_t end = end_of_word(command, i);
    on_word(std::string(command.substr(i, end - i)));
    i = end;
  }
}

}  // namespace

std::string substitute_addresses(std::string_view command,
                                 const std::function<std::string(const std::string&)>& address_of) {
  std::string result;
  bool first = true;
  walk(
      command,
      [&](const std::string& word) {
        const std::string address = first ? "" : address_of(word);
        result += address.empty() ? word : address;
        first = false;
      },
      [&](char separator) { result += separator; });
  return result;
}

bool wants_ipv6(std::string_view command) {
  bool first = true, wants = false;
  walk(
      command,
      [&](const std::string& word) {
        wants |= word == "-6" || (first && word.ends_with('6'));
        first = false;
      },
      [](char) {});
  return wants;
}

std::vector<std::string> later_commands(std::string_view command) {
  std::vector<std::string> found;
  bool expected = false;
  walk(
      command,
      [&](const std::string& word) {
        if (expected) found.push_back(word);
        expected = false;
      },
      [&](char separator) { expected |= separator != ' ' && separator != '\t'; });
  return found;
}

bool has_semicolon(std::string_view line) {
  bool found = false;
  walk(
      line, [](const std::string&) {}, [&](char separator) { found |= separator == ';'; });
  return found;
}

}  // namespace flowbed
