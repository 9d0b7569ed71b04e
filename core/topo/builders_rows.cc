// One switch, and rows of switches: their names, link order and port numbers are Mininet 2.3.0's (observed).
#include "core/topo/builders_internal.hh"

namespace flowbed::build {
namespace {

Topology one_switch(const std::string& title, uint64_t k) {
  Draft draft(title);
  for (uint64_t i = 1; i <= k; i++) draft.host(numbered("h", i), static_cast<double>(i - 1), 1);
  draft.switch_at("s1", middle(k), 0);
  for (uint64_t i = 1; i <= k; i++) draft.link(numbered("h", i), "s1");
  return draft.take();
}

}  // namespace

Topology minimal() { return one_switch("minimal", 2); }

Topology single(uint64_t k) { return one_switch("single," + std::to_string(k), k); }

Topology reversed(uint64_t k) {
  Draft draft("reversed," + std::to_string(k));
  for (uint64_t i = 1; i <= k; i++) draft.host(numbered("h", i), static_cast<double>(i - 1), 1);
  draft.switch_at("s1", middle(k), 0);
  for (uint64_t i = 1; i <= k; i++) draft.link(numbered("h", i), 0, "s1", static_cast<uint32_t>(k + 1 - i));
  return draft.take();
}

// A row of k switches with n hosts at each; a host is named after its switch too if there are several.
Topology linear(uint64_t k, uint64_t n) {
  Draft draft("linear," + std::to_string(k) + "," + std::to_string(n));
  const auto host_name = [n](uint64_t host, uint64_t at) {
    return n == 1 ? numbered("h", at) : numbered("h", host) + numbered("s", at);
  };
  for (uint64_t h = 1; h <= n; h++) {
    for (uint64_t s = 1; s <= k; s++) {
      draft.host(host_name(h, s), static_cast<double>((s - 1) * n + h - 1), 1);
    }
  }
  for (uint64_t s = 1; s <= k; s++) {
    draft.switch_at(numbered("s", s), static_cast<double>((s - 1) * n) + middle(n), 0);
  }
  for (uint64_t h = 1; h <= n; h++) {
    for (uint64_t s = 1; s <= k; s++) draft.link(host_name(h, s), numbered("s", s));
  }
  for (uint64_t s = 2; s <= k; s++) draft.link(numbered("s", s), numbered("s", s - 1));
  return draft.take();
}

}  // namespace flowbed::build
