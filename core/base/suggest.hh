// "Did you mean …?": what a person may have wanted to write.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flowbed {

// The candidate nearest to `word` by edit distance (case does not count), if it is near enough to be a slip;
// else "".
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

// `; did you mean "x"?`, or, where nothing is near, `; valid: a, b, c` (at most `max_listed`, else "").
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates,
                       size_t max_listed = 12);

std::string in_quotes(std::string_view text);  // in double quotes, control characters shown as \xNN
std::string joined(const std::vector<std::string>& words, std::string_view separator = ", ");

}  // namespace flowbed
