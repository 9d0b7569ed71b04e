#include "core/topo/routing.hh"

#include <algorithm>
#include <tuple>

namespace flowbed {
namespace {

bool is_link_local(const IpAddress& a) { return a.v6 && a.bytes[0] == 0xfe && (a.bytes[1] & 0xc0) == 0x80; }

// The length of the longest prefix of `attachment` around `address`; -1 if there is none.
int longest_prefix(const Attachment& attachment, const IpAddress& address) {
  int longest = -1;
  for (const IpPrefix& a : *attachment.addresses) {
    if (a.contains(address)) longest = std::max(longest, a.length);
  }
  return longest;
}

bool reaches(const Attachment& attachment, const Route& route) {
  return !route.via || is_link_local(*route.via) || longest_prefix(attachment, *route.via) >= 0;
}

std::optional<size_t> named(const std::vector<Attachment>& attachments, const Route& route) {
  for (size_t i = 0; i < attachments.size(); i++) {
    if (attachments[i].name != route.interface) continue;
    return reaches(attachments[i], route) ? std::optional(i) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

bool is_ipv6(const Route& route) { return route.to ? route.to->address.v6 : route.via && route.via->v6; }

IpPrefix destination(const Route& route) {
  if (route.to) return {route.to->network(), route.to->length};
  IpPrefix all;
  all.address.v6 = is_ipv6(route);
  return all;
}

std::optional<size_t> interface_towards(const std::vector<Attachment>& attachments, const Route& route) {
  if (!route.interface.empty()) return named(attachments, route);
  std::optional<size_t> best;
  int best_length = -1;
  for (size_t i = 0; route.via && i < attachments.size(); i++) {
    const int length = longest_prefix(attachments[i], *route.via);
    if (length <= best_length) continue;
    best = i;
    best_length = length;
  }
  return best;
}

std::vector<Attachment> attachments_of(const Node& node) {
  std::vector<Attachment> attachments;
  for (const Interface& i : node.interfaces) attachments.push_back({i.name, &i.addresses});
  return attachments;
}

bool route_before(const Route& a, const Route& b) {
  const auto key = [](const Route& r) { return std::tuple(destination(r), r.via, r.interface, r.to); };
  return key(a) < key(b);
}

}  // namespace flowbed
