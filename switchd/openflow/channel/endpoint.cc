#include "switchd/openflow/channel/endpoint.hh"

#include <algorithm>
#include <charconv>

#include <netinet/in.h>

#include "core/base/error.hh"

namespace flowbed::sw::ofp {
namespace {

struct Scheme {
  std::string_view prefix;
  bool passive, tls;
};
constexpr Scheme kSchemes[] = {
    {"tcp:", false, false}, {"ssl:", false, true}, {"ptcp:", true, false}, {"pssl:", true, true}};

const Scheme& scheme_of(const Endpoint& endpoint) {
  return *std::ranges::find_if(kSchemes, [&](const Scheme& scheme) {
    return scheme.passive == endpoint.passive && scheme.tls == endpoint.tls;
  });
}

[[noreturn]] void refuse(std::string_view text, const std::string& fault) {
  throw Error("\"" + std::string(text) + "\": " + fault +
              "; write tcp:ADDRESS[:PORT] or ssl:ADDRESS[:PORT] to connect, ptcp:[PORT][:ADDRESS] or "
              "pssl:[PORT][:ADDRESS] to be connected to");
}

// An address, in brackets or not, and what follows it.
std::pair<std::string_view, std::string_view> split_address(std::string_view rest) {
  if (const size_t end = rest.find(']'); rest.starts_with('[') && end != rest.npos) {
    return {rest.substr(1, end - 1), rest.substr(end + 1)};
  }
  const size_t colon = std::min(rest.find(':'), rest.size());
  return {rest.substr(0, colon), rest.substr(colon)};
}

uint16_t port_in(std::string_view digits, std::string_view whole) {
  uint16_t port = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (fault != std::errc() || end != digits.data() + digits.size() || port == 0)
    refuse(whole, "\"" + std::string(digits) + "\" is no TCP port");
  return port;
}

IpAddress address_in(std::string_view text, std::string_view whole) {
  const auto address = IpAddress::parse(text);
  if (!address) refuse(whole, "\"" + std::string(text) + "\" is no IP address");
  return *address;
}

Endpoint active(std::string_view rest, std::string_view whole) {
  const auto [address, port] = split_address(rest);
  Endpoint endpoint{.address = address_in(address, whole)};
  if (!port.empty() && port[0] != ':') refuse(whole, "\"" + std::string(port) + "\" is no TCP port");
  if (!port.empty()) endpoint.port = port_in(port.substr(1), whole);
  return endpoint;
}

Endpoint passive(std::string_view rest, std::string_view whole) {
  const size_t colon = std::min(rest.find(':'), rest.size());
  const std::string_view port = rest.substr(0, colon);
  Endpoint endpoint{.passive = true, .address = IpAddress::from_ipv4(INADDR_LOOPBACK), .port = kOpenFlowPort};
  if (!port.empty()) endpoint.port = port_in(port, whole);
  if (colon < rest.size()) endpoint.address = address_in(split_address(rest.substr(colon + 1)).first, whole);
  return endpoint;
}

}  // namespace

Endpoint parse_endpoint(std::string_view text) {
  for (const Scheme& scheme : kSchemes) {
    if (!text.starts_with(scheme.prefix)) continue;
    const std::string_view rest = text.substr(scheme.prefix.size());
    Endpoint endpoint = scheme.passive ? passive(rest, text) : active(rest, text);
    endpoint.tls = scheme.tls;
    return endpoint;
  }
  refuse(text, "it is no place for OpenFlow");
}

std::string Endpoint::to_string() const {
  const std::string host = address.v6 ? "[" + address.to_string() + "]" : address.to_string();
  const std::string scheme(scheme_of(*this).prefix);
  if (passive) return scheme + std::to_string(port) + ":" + host;
  return scheme + host + (port ? ":" + std::to_string(port) : "");
}

}  // namespace flowbed::sw::ofp
