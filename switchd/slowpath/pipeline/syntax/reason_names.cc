#include "switchd/slowpath/pipeline/syntax/reason_names.hh"

#include <algorithm>
#include <array>

namespace flowbed::sw {
namespace {

constexpr std::array<std::string_view, 6> kNames = {"no_match",   "action", "invalid_ttl",
                                                    "action_set", "group",  "packet_out"};

}  // namespace

std::optional<PacketInReason> find_reason(std::string_view word) {
  const auto found = std::ranges::find(kNames, word);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<PacketInReason>(found - kNames.begin());
}

std::string_view reason_name(PacketInReason reason) { return kNames.at(static_cast<size_t>(reason)); }

std::vector<std::string> reason_vocabulary() { return {kNames.begin(), kNames.end()}; }

}  // namespace flowbed::sw
