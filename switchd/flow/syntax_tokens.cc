#include "switchd/flow/syntax_tokens.hh"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "core/base/suggest.hh"

namespace flowbed::sw {
namespace {

constexpr std::string_view kBetween = ", \t\r\n";
constexpr size_t kMaxShown = 100;  // of a piece, in a message

Token split(std::string_view text) {
  Token token{.text = text, .name = text, .value = {}, .behind = {}};
  if (text.starts_with('"')) return token;
  const size_t at = text.find_first_of("=:(");
  if (at == std::string_view::npos) return token;
  token.separator = text[at];
  token.name = text.substr(0, at);
  token.value = text.substr(at + 1);
  if (token.separator != '(') return token;
  const size_t close = token.value.rfind(')');
  token.behind = token.value.substr(close + 1);
  token.value = token.value.substr(0, close);
  return token;
}

}  // namespace

bool Tokens::next(Token& token) {
  at_ = std::min(text_.find_first_not_of(kBetween, at_), text_.size());
  if (at_ == text_.size()) return false;
  const size_t end = end_of_token(at_);
  token = split(text_.substr(at_, end - at_));
  at_ = end;
  return true;
}

std::string_view Tokens::from_value(const Token& token) const {
  return text_.substr(static_cast<size_t>(token.value.data() - text_.data()));
}

size_t Tokens::end_of_token(size_t start) const {
  std::string open;  // what closes the brackets that are open
  for (size_t i = start; i < text_.size(); i++) {
    const char c = text_[i];
    if (!open.empty() && c == open.back()) {
      open.pop_back();
    } else if (!open.empty() && open.back() == '"') {
      continue;
    } else if (c == '(' || c == '[' || c == '"') {
      open += c == '(' ? ')' : c == '[' ? ']' : '"';
    } else if (c == ')' || c == ']') {
      fail_at(text_.substr(start, i + 1 - start), std::string("closes with ") + c + " what was not opened");
    } else if (open.empty() && kBetween.find(c) != std::string_view::npos) {
      return i;
    }
  }
  if (!open.empty()) fail_at(text_.substr(start), std::string("is not closed; add ") + open.back());
  return text_.size();
}

void fail_at(std::string_view piece, const std::string& why) {
  const bool is_long = piece.size() > kMaxShown;
  const std::string shown = std::string(piece.substr(0, kMaxShown)) + (is_long ? "…" : "");
  throw Error(in_quotes(shown) + ": " + why);
}

uint64_t number_in(const Token& token, std::string_view text, uint64_t max) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number, hex ? 16 : 10);
  if (fault != std::errc() || end != text.data() + text.size() || number > max)
    fail_at(token, "takes a number from 0 to " + std::to_string(max));
  return number;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return lower;
}

}  // namespace flowbed::sw
