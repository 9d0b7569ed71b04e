// Routes: that the kernel will take them when the network starts.
#include <algorithm>
#include <set>

#include "core/base/suggest.hh"
#include "core/topo/routing.hh"
#include "core/topo/validation.hh"

namespace flowbed {
namespace {

bool owns(const Node& node, const IpAddress& address) {
  return std::any_of(node.interfaces.begin(), node.interfaces.end(), [&](const Interface& i) {
    return std::any_of(i.addresses.begin(), i.addresses.end(),
                       [&](const IpPrefix& a) { return a.address == address; });
  });
}

bool has_interface(const Node& node, const std::string& name) {
  return std::any_of(node.interfaces.begin(), node.interfaces.end(),
                     [&](const Interface& i) { return i.name == name; });
}

std::string via_fault(const Node& node, const Route& route) {
  const std::string via = route.via->to_string();
  if (owns(node, *route.via)) return via + " is " + node.name + " itself; name the next router";
  if (!interface_towards(attachments_of(node), route)) {
    return via + " is on no network of " + node.name +
           (route.interface.empty() ? "" : ":" + route.interface) +
           "; name a router that it reaches directly, or give it an address there";
  }
  return "";
}

void check_route(Validation& v, const Node& node, const Route& route, const std::string& place) {
  if (route.to && route.to->address != route.to->network()) {
    v.fault(place + ".to", route.to->to_string() + " is an address in a network; write " +
                               IpPrefix{route.to->network(), route.to->length}.to_string());
  }
  if (route.to && route.via && route.to->address.v6 != route.via->v6) {
    v.fault(place + ".via",
            "it is not of the same family as the destination; use IPv4 for both or IPv6 for both");
  }
  if (!route.via && route.interface.empty()) {
    v.fault(place, "the route leads nowhere; give \"via\" (the next router) or \"interface\"");
  }
  if (!route.interface.empty() && !has_interface(node, route.interface)) {
    v.fault(place + ".interface", node.name + " has no interface " + in_quotes(route.interface) +
                                      v.suggest_interface(node, route.interface));
  } else if (route.via) {
    if (const std::string fault = via_fault(node, route); !fault.empty()) v.fault(place + ".via", fault);
  }
  if (!v.given.options.ipv6 && is_ipv6(route)) {
    v.fault(place, "this is an IPv6 route, but IPv6 is off; set options.ipv6 to true");
  }
}

}  // namespace

void check_routes(Validation& v) {
  for (size_t n = 0; n < v.completed.nodes.size(); n++) {
    const Node& node = v.completed.nodes[n];
    std::set<IpPrefix> seen;
    for (size_t r = 0; r < node.routes.size(); r++) {
      const std::string place = v.node_place(n) + ".routes[" + std::to_string(r) + "]";
      check_route(v, node, node.routes[r], place);
      if (!seen.insert(destination(node.routes[r])).second) {
        v.fault(place + ".to", node.name + " has a route to there already; remove one");
      }
    }
  }
}

}  // namespace flowbed
