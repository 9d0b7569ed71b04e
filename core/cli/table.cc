#include "core/cli/table.hh"

#include <algorithm>

namespace flowbed {
namespace {

std::string padded(const std::string& word, size_t width) {
  return word + std::string(width > word.size() ? width - word.size() : 0, ' ');
}

std::string without_trailing_blanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string Table::to_string() const {
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); i++) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); i++) line += padded(row[i], widths[i]) + "  ";
    text += without_trailing_blanks(line) + "\n";
  }
  return text;
}

std::string in_columns(const std::vector<std::string>& words, size_t width) {
  size_t widest = 1;
  for (const std::string& word : words) widest = std::max(widest, word.size());
  const size_t columns = std::max<size_t>(1, width / (widest + 2));
  const size_t lines = (words.size() + columns - 1) / columns;
  std::string text;
  for (size_t line = 0; line < lines; line++) {
    std::string row;
    for (size_t i = line; i < words.size(); i += lines) row += padded(words[i], widest + 2);
    text += without_trailing_blanks(row) + "\n";
  }
  return text;
}

}  // namespace flowbed
