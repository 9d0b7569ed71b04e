#include "switchd/openflow/channel/endpoint.hh"

#include <charconv>

#include <netinet/in.h>

#include "core/base/error.hh"

namespace flowbed::sw::ofp {
namespace {

[[noreturn]] void refuse(std::string_view text, const std::string& fault) {
  throw Error("\"" + std::string(text) + "\": " + fault +
              "; write tcp:ADDRESS[:PORT] to connect, ptcp:[PORT][:ADDRESS] to be connected to");
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
  Endpoint endpoint{.passive = false, .address = address_in(address, whole)};
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
  constexpr std::string_view kActive = "tcp:", kPassive = "ptcp:";
  if (text.starts_with(kActive)) return active(text.substr(kActive.size()), text);
  if (text.starts_with(kPassive)) return passive(text.substr(kPassive.size()), text);
  refuse(text, "it is no place for OpenFlow");
}

std::string Endpoint::to_string() const {
  const std::string host = address.v6 ? "[" + address.to_string() + "]" : address.to_string();
  if (passive) return "ptcp:" + std::to_string(port) + ":" + host;
  return "tcp:" + host + (port ? ":" + std::to_string(port) : "");
}

}  // namespace flowbed::sw::ofp
