// Words of a shell line. Quotes and backslashes work as in sh; nothing is expanded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flowbed {

std::vector<std::string> split_words(std::string_view line);  // throws Error on a quote that is not closed

// The first word and the rest of the line, both without the blanks around them.
struct HeadAndTail {
  std::string head, tail;
};
HeadAndTail split_head(std::string_view line);

std::string strip(std::string_view text);         // without blanks at both ends
std::string quote_for_sh(std::string_view text);  // one word for sh, whatever it holds

}  // namespace flowbed
