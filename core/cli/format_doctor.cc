#include <algorithm>

#include "core/cli/format.hh"
#include "core/cli/wrap.hh"

namespace flowbed {
namespace {

using Lines = std::vector<std::string>;

constexpr size_t kMarkWidth = 7;  // "limited", "missing"
constexpr size_t kGap = 2;
constexpr size_t kNarrowest = 80, kWidest = 150;  // longer lines are hard to read

std::string member(const Json& finding, const char* name) { return finding.at(name).get<std::string>(); }

struct Columns {
  size_t check, finding, consequence;
};

Columns columns_for(const Json& findings, size_t width) {
  size_t check = 0;
  for (const Json& finding : findings) check = std::max(check, text_width(member(finding, "check")));
  const size_t left = std::clamp(width, kNarrowest, kWidest) - kMarkWidth - check - 3 * kGap;
  return {check, left * 3 / 7, left - left * 3 / 7};
}

// A word at the beginning of the first line, the others below its end.
void append_after(const std::string& word, const Lines& text, Lines& lines) {
  for (size_t i = 0; i < text.size(); i++)
    lines.push_back((i == 0 ? word : std::string(word.size(), ' ')) + text[i]);
}

// What Flowbed makes of it, then what the reader can do.
Lines consequence_of(const Json& finding, size_t width) {
  const std::string arrow = "-> ";
  Lines lines;
  if (const std::string used = member(finding, "used"); !used.empty())
    append_after("", wrapped(used, width), lines);
  if (const std::string remedy = member(finding, "remedy"); !remedy.empty())
    append_after(arrow, wrapped(remedy, width - arrow.size()), lines);
  return lines;
}

std::string cell(const Lines& lines, size_t i, size_t width) {
  return padded_to(i < lines.size() ? lines[i] : "", width) + std::string(kGap, ' ');
}

std::string row(const Json& finding, const Columns& columns) {
  const Lines mark{member(finding, "status")}, check{member(finding, "check")};
  const Lines what = wrapped(member(finding, "finding"), columns.finding);
  const Lines consequence = consequence_of(finding, columns.consequence);
  std::string text;
  for (size_t i = 0; i < std::max(what.size(), consequence.size()); i++) {
    std::string line = cell(mark, i, kMarkWidth) + cell(check, i, columns.check) +
                       cell(what, i, columns.finding) + cell(consequence, i, columns.consequence);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace

std::string format_doctor(const Json& findings, size_t width) {
  const Columns columns = columns_for(findings, width);
  std::string text, group;
  for (const Json& finding : findings) {
    if (member(finding, "group") != group) {
      group = member(finding, "group");
      text += (text.empty() ? "" : "\n") + group + '\n';
    }
    text += row(finding, columns);
  }
  return text;
}

}  // namespace flowbed
