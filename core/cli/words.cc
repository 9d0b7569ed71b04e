#include "core/cli/words.hh"

#include "core/base/error.hh"

namespace flowbed {
namespace {

constexpr const char* kBlanks = " \t\r\n";

class WordReader {
 public:
  explicit WordReader(std::string_view line) : rest_(line) {}

  // False at the end of the line.
  bool next(std::string& word) {
    const size_t start = rest_.find_first_not_of(kBlanks);
    if (start == std::string_view::npos) return false;
    rest_.remove_prefix(start);
    word.clear();
    while (!rest_.empty() && std::string_view(kBlanks).find(rest_.front()) == std::string_view::npos)
      take(word);
    return true;
  }

 private:
  void take(std::string& word) {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '\'' || c == '"') {
      take_quoted(word, c);
    } else if (c == '\\' && !rest_.empty()) {
      word += rest_.front();
      rest_.remove_prefix(1);
    } else {
      word += c;
    }
  }

  void take_quoted(std::string& word, char quote) {
    while (!rest_.empty() && rest_.front() != quote) {
      if (quote == '"' && rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      word += rest_.front();
      rest_.remove_prefix(1);
    }
    if (rest_.empty()) throw Error(std::string("a quote is not closed: ") + quote + word);
    rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

}  // namespace

std::vector<std::string> split_words(std::string_view line) {
  std::vector<std::string> words;
  WordReader reader(line);
  for (std::string word; reader.next(word);) words.push_back(word);
  return words;
}

std::string strip(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
}

HeadAndTail split_head(std::string_view line) {
  const std::string text = strip(line);
  const size_t end = text.find_first_of(kBlanks);
  if (end == std::string::npos) return {text, ""};
  return {text.substr(0, end), strip(std::string_view(text).substr(end))};
}

std::string quote_for_sh(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace flowbed
