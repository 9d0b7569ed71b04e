// NeighbourRecord: who needs how much room in the machine's neighbour tables, and what the limits were.
//
// As text, a line for each limit that was changed: its name, what it was at first, what we made of it, and
// what we had made of it before (whoever died while changing it left one or the other). And one for each
// user: his process, the entries that he needs (IPv4, IPv6).
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
    size_t first = 0, ours = 0, ours_before = 0;
  };

  static NeighbourRecord parse(const std::string& text);  // what is no line of the above is left out
  std::string text() const;
  NeighbourCounts total() const;

  std::map<std::string, Limit> limits;
  std::map<std::string, NeighbourCounts> users;  // by ProcessName
};

// "4711-90210": process id and start, in the kernel's clock ticks since boot, so that no later process of the
// same number is taken for it. Empty: there is none.
std::string process_name(int pid);

}  // namespace flowbed
