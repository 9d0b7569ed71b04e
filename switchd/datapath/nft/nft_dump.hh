// NftDump: the elements of several sets, a part at a time.
//
// The kernel needs some microseconds for each element that it tells of, and whoever has tens of thousands has
// better things to do meanwhile. It knows where it was by counting elements: one that goes between two parts
// may hide another one, and one that comes may show another one twice.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "switchd/datapath/nft/nft_elements.hh"

namespace flowbed::sw {

class NftDump {
 public:
  using Visitor = std::function<void(const std::string& set, const NftElement&)>;

  // None is going on. A set that is not there when its turn comes is left out.
  void start(std::vector<std::string> sets) { sets_ = std::move(sets); }
  bool is_going_on() const { return !sets_.empty(); }
  void go_on(const Visitor& visit);

 private:
  static constexpr size_t kPart = 32;            // elements, or some more
  static constexpr size_t kPartBytes = 1 << 13;  // about 50 of them

  void next_set(int fault);

  NftSocket socket_{kPartBytes};   // a dump has it for itself
  std::vector<std::string> sets_;  // that are left; the last one is told of now
  bool is_asked_ = false;          // for its elements
};

}  // namespace flowbed::sw
