// Table: rows of words, printed in columns as wide as their widest word.
#pragma once

#include <string>
#include <vector>

namespace flowbed {

class Table {
 public:
  explicit Table(std::vector<std::string> heading) : rows_{std::move(heading)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string to_string() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// Words side by side, down the columns, in at most `width` characters; each line ends in a newline.
std::string in_columns(const std::vector<std::string>& words, size_t width);

}  // namespace flowbed
