// Endpoint: where OpenFlow is spoken, in the words of ovs-vsctl:
//   tcp:ADDRESS[:PORT]    connects to a controller; without a port tries 6653, then 6633
//   ssl:ADDRESS[:PORT]    the same under TLS
//   ptcp:[PORT][:ADDRESS] waits for controllers; port 6653 and this namespace's loopback where not given
//   pssl:[PORT][:ADDRESS] the same under TLS
// Addresses are numbers; IPv6 in brackets.
#pragma once

#include <string>
#include <string_view>

#include "core/base/address.hh"

namespace flowbed::sw::ofp {

inline constexpr uint16_t kOpenFlowPort = 6653, kOldOpenFlowPort = 6633;

struct Endpoint {
  bool passive = false;
  bool tls = false;
  IpAddress address;
  uint16_t port = 0;  // 0: tries both of OpenFlow's

  bool operator==(const Endpoint&) const = default;
  std::string to_string() const;
};

// Throws Error that names the text, the fault and the remedy.
Endpoint parse_endpoint(std::string_view text);

}  // namespace flowbed::sw::ofp
