// Link-layer and Internet addresses as values: parsed once, compared and printed exactly.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace flowbed {

struct MacAddress {
  std::array<uint8_t, 6> bytes{};

  static std::optional<MacAddress> parse(std::string_view text);  // "00:11:22:33:44:55"
  static MacAddress from_uint64(uint64_t value);                  // the low 48 bits
  std::string to_string() const;
  bool is_multicast() const { return bytes[0] & 1; }
  auto operator<=>(const MacAddress&) const = default;
};

// An IPv4 or IPv6 address, network byte order; IPv4 uses the first four bytes.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};
  bool v6 = false;

  static std::optional<IpAddress> parse(std::string_view text);
  static IpAddress from_ipv4(uint32_t host_order);
  uint32_t to_ipv4() const;  // host order; IPv4 only
  std::string to_string() const;
  int family() const;  // AF_INET or AF_INET6
  int bits() const { return v6 ? 128 : 32; }
  size_t size() const { return v6 ? 16 : 4; }
  auto operator<=>(const IpAddress&) const = default;
};

// An address with the length of its network's prefix: "10.0.0.1/8". The host bits are kept.
struct IpPrefix {
  IpAddress address;
  int length = 0;

  // Without "/length" the prefix is the whole address (32 or 128 bits).
  static std::optional<IpPrefix> parse(std::string_view text);
  IpAddress network() const;        // host bits cleared
  IpAddress nth(uint64_t n) const;  // network() + n; the caller keeps n inside the prefix
  uint64_t capacity() const;        // host numbers 1 … capacity() fit (broadcast excluded); saturates
  bool contains(const IpAddress& other) const;
  std::string to_string() const;
  auto operator<=>(const IpPrefix&) const = default;
};

}  // namespace flowbed
