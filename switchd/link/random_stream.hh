// RandomStream: random numbers that a seed decides, on every machine alike.
//
// The generator is xoshiro256++ (Blackman and Vigna, 2019), seeded by splitmix64. The standard library's
// distributions are not used, for their numbers are each library's own.
#pragma once

#include <array>
#include <cstdint>

namespace flowbed::sw {

class RandomStream {
 public:
  explicit RandomStream(uint64_t seed);

  uint64_t bits();
  double uniform();  // 0 ≤ x < 1
  double normal();   // mean 0, deviation 1
  bool happens(double chance) { return uniform() < chance; }
  uint64_t below(uint64_t end);  // 0 … end - 1

 private:
  std::array<uint64_t, 4> state_;
};

// Yes or no, as often as asked, and next to each other as often as a correlation says: a Markov chain of two
// states. (A weighted sum of random numbers, as netem has it, changes how often.)
class CorrelatedChoice {
 public:
  CorrelatedChoice(double chance, double correlation) : chance_(chance), correlation_(correlation) {}

  bool next(RandomStream& random);

 private:
  double chance_, correlation_;
  bool last_ = false, has_last_ = false;
};

}  // namespace flowbed::sw
