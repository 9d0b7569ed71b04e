// Sampler: draws packets at random, each with the same chance, whatever came before.
//
// It draws how many packets pass until the next one that is taken (a geometric distribution), so that a
// packet which is not costs a subtraction.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "switchd/packet/packet.hh"

namespace flowbed::sw {

class Sampler {
 public:
  using Random = std::mt19937_64;

  // `packets` pass, of which one in `one_in` (from 1) is taken: calls take(index, how many have passed up to
  // it, itself included) for each.
  template <class Take>
  void pass(uint32_t packets, uint32_t one_in, Random& random, Take take) {
    if (one_in != one_in_) begin(one_in, random);
    const uint64_t before = pool_;
    pool_ += packets;
    while (next_ < packets) {
      take(static_cast<uint32_t>(next_), before + next_ + 1);
      next_ += 1 + gap(random);
    }
    next_ -= packets;
  }
  uint64_t pool() const { return pool_; }  // how many have passed

 private:
  void begin(uint32_t one_in, Random& random);
  uint64_t gap(Random& random) const;

  uint64_t pool_ = 0, next_ = 0;
  uint32_t one_in_ = 0;
};

// Of a super-packet, the `index`th packet that it stands for; else the packet itself. With checksums that are
// finished; in `storage`, where a copy is needed for that.
Packet single_packet(const Packet& packet, uint32_t index, std::vector<uint8_t>& storage);

}  // namespace flowbed::sw
