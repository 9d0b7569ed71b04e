#include "switchd/link/random_stream.hh"

#include <bit>
#include <cmath>
#include <numbers>

namespace flowbed::sw {

RandomStream::RandomStream(uint64_t seed) {
  for (uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    uint64_t mixed = seed;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    word = mixed ^ (mixed >> 31);
  }
}

uint64_t RandomStream::bits() {
  const uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double RandomStream::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

// Box and Muller; the second number is not kept, so that each call uses as many random bits.
double RandomStream::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

uint64_t RandomStream::below(uint64_t end) {
  return static_cast<uint64_t>(static_cast<unsigned __int128>(bits()) * end >> 64);
}

bool CorrelatedChoice::next(RandomStream& random) {
  const double pull = has_last_ ? correlation_ : 0;
  last_ = random.happens(chance_ * (1 - pull) + (last_ ? pull : 0));
  has_last_ = true;
  return last_;
}

}  // namespace flowbed::sw
