// Text in lines of a given width, for columns that hold sentences. Widths count characters (UTF-8), not
// bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace flowbed {

size_t text_width(std::string_view text);
std::string padded_to(std::string text, size_t width);  // with blanks; longer text stays as it is

// Broken at blanks, and a word that is longer than a line inside. At least one line. `width` is not 0.
std::vector<std::string> wrapped(std::string_view text, size_t width);

// Each line of `text` so, those that fit just as they are. Ends in a newline if `text` does.
std::string wrapped_lines(std::string_view text, size_t width);

}  // namespace flowbed
