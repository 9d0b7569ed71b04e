#include "core/os/neighbour_record.hh"

#include <sstream>

#include <unistd.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"

namespace flowbed {

NeighbourRecord NeighbourRecord::parse(const std::string& text) {
  NeighbourRecord record;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind, name;
    size_t a = 0, b = 0, c = 0;
    if (!(words >> kind >> name >> a >> b)) continue;
    if (kind == "user") record.users[name] = {a, b};
    if (kind == "limit" && words >> c) record.limits[name] = {a, b, c};
  }
  return record;
}

std::string NeighbourRecord::text() const {
  std::ostringstream out;
  for (const auto& [name, limit] : limits)
    out << "limit " << name << ' ' << limit.first << ' ' << limit.ours << ' ' << limit.ours_before << '\n';
  for (const auto& [name, counts] : users)
    out << "user " << name << ' ' << counts.v4 << ' ' << counts.v6 << '\n';
  return out.str();
}

NeighbourCounts NeighbourRecord::total() const {
  NeighbourCounts sum;
  for (const auto& [name, counts] : users) {
    sum.v4 += counts.v4;
    sum.v6 += counts.v6;
  }
  return sum;
}

// The start is the 22nd word; the second, the command, may hold spaces and brackets.
std::string process_name(int pid) {
  try {
    const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
    std::istringstream words(stat.substr(stat.rfind(')') + 1));
    std::string start;
    for (int i = 3; i <= 22; i++) words >> start;
    return std::to_string(pid) + "-" + start;
  } catch (const Error&) {
    return "";
  }
}

}  // namespace flowbed
