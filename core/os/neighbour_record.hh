// NeighbourRecord: who needs how much room in the machine's neighbour tables, and what the limits were.
//
// As text, a line for each limit that was changed: its name, what it was at first, what we made of it; and
// one for each user: its process id, the entries that it needs (IPv4, IPv6).
#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace flowbed {

struct NeighbourCounts {
  size_t v4 = 0, v6 = 0;  // entries
};

struct NeighbourRecord {
  struct Limit {
    size_t first = 0, ours = 0;
  };

  static NeighbourRecord parse(const std::string& text);  // what is no line of the above is left out
  std::string text() const;
  NeighbourCounts total() const;

  std::map<std::string, Limit> limits;
  std::map<int, NeighbourCounts> users;
};

}  // namespace flowbed
