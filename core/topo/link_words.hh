// Links in words, as people write them on the command line and in the shell: "rate=10Mbit,delay=5ms",
// "delay 50ms loss 1%", "down", "from h1 rate 1Mbit", "jitter none". Mininet's names are understood, with its
// units.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/topo/topology.hh"

namespace flowbed {

struct LinkWords {
  std::optional<bool> up;
  bool makes_plain = false;               // what the link did before it does no longer
  LinkShape both;                         // in both directions
  std::map<std::string, LinkShape> from;  // what leaves this node or interface
  // Options that the link does no longer have; under "" in both directions, else in what leaves there.
  std::map<std::string, std::vector<std::string>> ended;
};

// Words are separated by commas or blanks, and a value follows its name behind "=" or a blank. Throws Error
// naming the word and the remedy.
LinkWords parse_link_words(const std::string& text);

// The link as the words want it. Throws Error if a word names none of its ends.
Link changed(Link link, const LinkWords& words);

// "10Mbit, delay 5ms, loss 1%"; of a plain one "".
std::string describe(const LinkShape& shape);

}  // namespace flowbed
