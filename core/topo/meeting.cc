#include "core/topo/meeting.hh"

#include <vector>

namespace flowbed {
namespace {

std::vector<MeetingEnd> ends_of(const Node& node, bool v6) {
  std::vector<MeetingEnd> ends;
  for (const Interface& interface : node.interfaces) {
    for (const IpPrefix& address : interface.addresses) {
      if (address.address.v6 == v6) ends.push_back({&interface, address});
    }
  }
  return ends;
}

}  // namespace

std::optional<Meeting> meeting_of(const Node& from, const Node& to, bool v6) {
  const std::vector<MeetingEnd> ours = ends_of(from, v6), theirs = ends_of(to, v6);
  if (ours.empty() || theirs.empty()) return std::nullopt;
  for (const MeetingEnd& a : ours) {
    for (const MeetingEnd& b : theirs) {
      if (a.address.contains(b.address.address)) return Meeting{a, b};
    }
  }
  return Meeting{ours.front(), theirs.front()};
}

std::optional<IpAddress> address_towards(const Node* from, const Node& to, bool prefer_v6) {
  for (const bool v6 : {prefer_v6, !prefer_v6}) {
    if (from != nullptr) {
      if (const auto meeting = meeting_of(*from, to, v6)) return meeting->to.address.address;
    }
    if (const auto theirs = ends_of(to, v6); !theirs.empty()) return theirs.front().address.address;
  }
  return std::nullopt;
}

}  // namespace flowbed
