// The pieces of flow syntax: "tcp", "nw_dst=10.0.0.2", "output:2", "resubmit(,1)", parted by commas or white
// space. What stands in parentheses, brackets or quotes is one piece with what is before it.
//
// Faults name the piece as it was written. The functions here and those built on them throw Errors that
// begin with it; the outermost puts before that what was being read, with `reading`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.hh"

namespace flowbed::sw {

struct Token {
  std::string_view text;    // all of it
  std::string_view name;    // up to the separator
  char separator = '\0';    // '=', ':' or '('; zero: there is none, and no value
  std::string_view value;   // what follows; of '(': what is inside
  std::string_view behind;  // the closing parenthesis
};

class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  // False at the end. Throws Error: parentheses, brackets or quotes that do not pair.
  bool next(Token& token);
  // From the beginning of this token's value to the end of everything.
  std::string_view from_value(const Token& token) const;

 private:
  size_t end_of_token(size_t start) const;

  std::string_view text_;
  size_t at_ = 0;
};

// Throws Error: `"tp_dst=70000": takes …`
[[noreturn]] void fail_at(std::string_view piece, const std::string& why);
[[noreturn]] inline void fail_at(const Token& token, const std::string& why) { fail_at(token.text, why); }

// Calls `read`; an Error from there gets "<what>: " before its text.
template <class Read>
auto reading(const char* what, Read read) {
  try {
    return read();
  } catch (const Error& fault) {
    throw Error(std::string(what) + ": " + fault.what());
  }
}

// A decimal or 0x… number up to `max`, that is `text` or the token's value. Throws Error.
uint64_t number_in(const Token& token, std::string_view text, uint64_t max);
inline uint64_t number_in(const Token& token, uint64_t max) { return number_in(token, token.value, max); }

std::string lower_case(std::string_view text);

}  // namespace flowbed::sw
