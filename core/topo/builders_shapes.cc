// Switches in a ring, a mesh, a star, or linked at random.
#include <algorithm>
#include <set>

#include "core/topo/builders_internal.hh"
#include "core/topo/stable_hash.hh"

namespace flowbed::build {
namespace {

// n switches on a circle, each with its hosts outside.
void add_circle(Draft& draft, uint64_t switches, uint64_t hosts) {
  const auto stretched = [switches](uint64_t i, double factor) {
    const Position p = on_circle(i, std::max<uint64_t>(switches, 2));
    return Position{p.x * factor, p.y * factor, {}};
  };
  for (uint64_t s = 0; s < switches; s++) {
    for (uint64_t h = 0; h < hosts; h++) {
      const Position p = stretched(s, 2 + 0.5 * static_cast<double>(h));
      draft.host(numbered("h", s * hosts + h + 1), p.x, p.y);
    }
  }
  for (uint64_t s = 0; s < switches; s++) {
    const Position p = stretched(s, 1);
    draft.switch_at(numbered("s", s + 1), p.x, p.y);
  }
  for (uint64_t h = 0; h < switches * hosts; h++)
    draft.link(numbered("h", h + 1), numbered("s", h / hosts + 1));
}

// SplitMix64 (Steele, Lea, Flood 2014): the same numbers everywhere.
class Generator {
 public:
  explicit Generator(uint64_t seed) : state_(seed) {}
  uint64_t below(uint64_t bound) { return mix_bits(state_ += 0x9e3779b97f4a7c15) % bound; }

 private:
  uint64_t state_;
};

using Pair = std::pair<uint64_t, uint64_t>;

// A random tree first, so that all are connected; then pairs that are not linked yet.
std::vector<Pair> random_pairs(uint64_t count, uint64_t links, Generator& generator) {
  std::vector<Pair> pairs;
  std::set<Pair> seen;
  for (uint64_t i = 2; i <= count; i++) {
    pairs.emplace_back(generator.below(i - 1) + 1, i);
    seen.insert(pairs.back());
  }
  while (pairs.size() < links) {
    const uint64_t a = generator.below(count) + 1, b = generator.below(count) + 1;
    const Pair pair = std::minmax(a, b);
    if (a != b && seen.insert(pair).second) pairs.push_back(pair);
  }
  return pairs;
}

}  // namespace

Topology ring(uint64_t n) {
  Draft draft("ring," + std::to_string(n));
  add_circle(draft, n, 1);
  for (uint64_t s = 1; s <= n; s++) draft.link(numbered("s", s), numbered("s", s % n + 1));
  return draft.take();
}

Topology mesh(uint64_t n) {
  Draft draft("mesh," + std::to_string(n));
  add_circle(draft, n, 1);
  for (uint64_t a = 1; a <= n; a++) {
    for (uint64_t b = a + 1; b <= n; b++) draft.link(numbered("s", a), numbered("s", b));
  }
  return draft.take();
}

// s1 is the middle, so that h1 is at s2.
Topology star(uint64_t n) {
  Draft draft("star," + std::to_string(n));
  const auto place = [n](uint64_t i, double factor) {
    const Position p = on_circle(i, std::max<uint64_t>(n, 2));
    return Position{p.x * factor, p.y * factor, {}};
  };
  for (uint64_t i = 0; i < n; i++) {
    draft.host(numbered("h", i + 1), place(i, 3).x, place(i, 3).y);
  }
  draft.switch_at("s1", 0, 0);
  for (uint64_t i = 0; i < n; i++) {
    draft.switch_at(numbered("s", i + 2), place(i, 1.5).x, place(i, 1.5).y);
  }
  for (uint64_t i = 1; i <= n; i++) draft.link(numbered("h", i), numbered("s", i + 1));
  for (uint64_t i = 1; i <= n; i++) draft.link("s1", numbered("s", i + 1));
  return draft.take();
}

Topology random(uint64_t switches, uint64_t degree, uint64_t hosts, uint64_t seed) {
  Draft draft("random," + std::to_string(switches) + "," + std::to_string(degree) + "," +
              std::to_string(hosts) + "," + std::to_string(seed));
  add_circle(draft, switches, hosts);
  Generator generator(seed);
  const uint64_t links = std::min(switches * degree / 2, switches * (switches - 1) / 2);
  for (const auto& [a, b] : random_pairs(switches, links, generator))
    draft.link(numbered("s", a), numbered("s", b));
  return draft.take();
}

}  // namespace flowbed::build
