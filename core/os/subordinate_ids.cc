#include "core/os/subordinate_ids.hh"

#include <algorithm>
#include <charconv>
#include <functional>

#include <pwd.h>
#include <unistd.h>

#include "core/base/fd.hh"

namespace flowbed {
namespace {

constexpr unsigned long kFirstSubordinate = 100000;  // where useradd begins

std::optional<unsigned long> parse_number(std::string_view text) {
  unsigned long value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return fault == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

using Visit = std::function<void(std::string_view owner, const IdRange& range)>;

void visit_line(std::string_view line, const Visit& visit) {
  const size_t first = line.find(':');
  const size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
  if (second == line.npos) return;
  const auto start = parse_number(line.substr(first + 1, second - first - 1));
  const auto count = parse_number(line.substr(second + 1));
  if (start && count && *count > 0) visit(line.substr(0, first), {*start, *count});
}

void for_each_grant(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    visit_line(text.substr(0, end), visit);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

std::optional<IdRange> find_subordinate_ids(std::string_view text, std::string_view name, unsigned uid) {
  const std::string number = std::to_string(uid);
  std::optional<IdRange> found;
  for_each_grant(text, [&](std::string_view owner, const IdRange& range) {
    const bool is_his = owner == number || (!name.empty() && owner == name);
    if (is_his && !found) found = range;
  });
  return found;
}

std::optional<IdRange> granted_ids(const std::string& file, unsigned uid) {
  if (access(file.c_str(), R_OK) != 0) return std::nullopt;
  return find_subordinate_ids(read_file(file), user_name(uid), uid);
}

IdRange free_subordinate_ids(std::string_view text, unsigned long count) {
  unsigned long next = kFirstSubordinate;
  for_each_grant(text, [&](std::string_view, const IdRange& range) {
    next = std::max(next, range.first + range.count);
  });
  return {next, count};
}

std::string user_name(unsigned uid) {
  const passwd* entry = getpwuid(uid);
  return entry != nullptr ? entry->pw_name : "";
}

}  // namespace flowbed
