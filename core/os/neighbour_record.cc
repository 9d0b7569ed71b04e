#include "core/os/neighbour_record.hh"

#include <sstream>

namespace flowbed {

NeighbourRecord NeighbourRecord::parse(const std::string& text) {
  NeighbourRecord record;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind, name;
    size_t a = 0, b = 0;
    if (!(words >> kind >> name >> a >> b)) continue;
    if (kind == "limit") record.limits[name] = {a, b};
    if (kind == "user") record.users[atoi(name.c_str())] = {a, b};
  }
  return record;
}

std::string NeighbourRecord::text() const {
  std::ostringstream out;
  for (const auto& [name, limit] : limits)
    out << "limit " << name << ' ' << limit.first << ' ' << limit.ours << '\n';
  for (const auto& [pid, room] : users) out << "user " << pid << ' ' << room.v4 << ' ' << room.v6 << '\n';
  return out.str();
}

NeighbourCounts NeighbourRecord::total() const {
  NeighbourCounts sum;
  for (const auto& [pid, room] : users) {
    sum.v4 += room.v4;
    sum.v6 += room.v6;
  }
  return sum;
}

}  // namespace flowbed
