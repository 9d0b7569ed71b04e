#include "core/cli/wrap.hh"

#include <algorithm>
#include <sstream>

namespace flowbed {
namespace {

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

// Cuts the first `count` characters off `text`, which has more, and returns them.
std::string take_characters(std::string& text, size_t count) {
  size_t end = 0;
  for (size_t seen = 0; end < text.size(); end++) {
    if (starts_character(text[end]) && seen++ == count) break;
  }
  std::string taken = text.substr(0, end);
  text.erase(0, end);
  return taken;
}

}  // namespace

size_t text_width(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string padded_to(std::string text, size_t width) {
  const size_t now = text_width(text);
  return now < width ? text + std::string(width - now, ' ') : text;
}

std::vector<std::string> wrapped(std::string_view text, size_t width) {
  std::vector<std::string> lines{""};
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    if (!lines.back().empty() && text_width(lines.back()) + 1 + text_width(word) > width)
      lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    for (; text_width(word) > width; lines.emplace_back()) lines.back() = take_characters(word, width);
    lines.back() += word;
  }
  return lines;
}

std::string wrapped_lines(std::string_view text, size_t width) {
  std::string result;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = text.substr(start, end - start);
    const std::vector<std::string> lines =
        text_width(line) <= width ? std::vector{std::string(line)} : wrapped(line, width);
    for (size_t i = 0; i < lines.size(); i++) result += (i == 0 ? "" : "\n") + lines[i];
    if (end < text.size()) result += '\n';
    start = end + 1;
  }
  return result;
}

}  // namespace flowbed
