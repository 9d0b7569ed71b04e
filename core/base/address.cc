#include "core/base/address.hh"

#include <charconv>
#include <cstdio>

#include <arpa/inet.h>

namespace flowbed {
namespace {

std::optional<int> parse_number(std::string_view text, int base, unsigned max) {
  unsigned value = 0;  // unsigned: "-0" is no number
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (fault != std::errc() || end != text.data() + text.size() || value > max) return std::nullopt;
  return static_cast<int>(value);
}

}  // namespace

std::optional<MacAddress> MacAddress::parse(std::string_view text) {
  if (text.size() != 17) return std::nullopt;
  MacAddress mac;
  for (size_t i = 0; i < 6; i++) {
    const auto byte = parse_number(text.substr(i * 3, 2), 16, 255);
    if (!byte || (i < 5 && text[i * 3 + 2] != ':')) return std::nullopt;
    mac.bytes[i] = static_cast<uint8_t>(*byte);
  }
  return mac;
}

MacAddress MacAddress::from_uint64(uint64_t value) {
  MacAddress mac;
  for (size_t i = 0; i < 6; i++) mac.bytes[i] = static_cast<uint8_t>(value >> (40 - 8 * i));
  return mac;
}

std::string MacAddress::to_string() const {
  char text[18];
  snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", bytes[0], bytes[1], bytes[2], bytes[3],
           bytes[4], bytes[5]);
  return text;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string copy(text.substr(0, text.find('\0')));
  IpAddress address;
  if (copy.size() != text.size()) return std::nullopt;
  address.v6 = copy.find(':') != std::string::npos;
  if (inet_pton(address.family(), copy.c_str(), address.bytes.data()) != 1) return std::nullopt;
  return address;
}

IpAddress IpAddress::from_ipv4(uint32_t host_order) {
  IpAddress address;
  for (size_t i = 0; i < 4; i++) address.bytes[i] = static_cast<uint8_t>(host_order >> (24 - 8 * i));
  return address;
}

uint32_t IpAddress::to_ipv4() const {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

std::string IpAddress::to_string() const {
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(family(), bytes.data(), text, sizeof text);
}

int IpAddress::family() const { return v6 ? AF_INET6 : AF_INET; }

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return IpPrefix{*address, address->bits()};
  const auto length = parse_number(text.substr(slash + 1), 10, static_cast<unsigned>(address->bits()));
  if (!length) return std::nullopt;
  return IpPrefix{*address, *length};
}

IpAddress IpPrefix::network() const {
  IpAddress result = address;
  auto byte = static_cast<size_t>(length / 8);
  if (length % 8 != 0) result.bytes[byte++] &= static_cast<uint8_t>(0xff00 >> (length % 8));
  while (byte < address.size()) result.bytes[byte++] = 0;
  return result;
}

IpAddress IpPrefix::nth(uint64_t n) const {
  IpAddress result = network();
  for (size_t i = result.size(); n > 0 && i-- > 0;) {
    n += result.bytes[i];
    result.bytes[i] = static_cast<uint8_t>(n);
    n >>= 8;
  }
  return result;
}

uint64_t IpPrefix::capacity() const {
  const int host_bits = address.bits() - length;
  if (host_bits >= 63) return UINT64_MAX >> 1;
  const uint64_t size = uint64_t{1} << host_bits;
  if (address.v6) return size - 1;
  return size < 4 ? size - 1 : size - 2;
}

bool IpPrefix::contains(const IpAddress& other) const {
  return other.v6 == address.v6 && IpPrefix{other, length}.network() == network();
}

std::string IpPrefix::to_string() const { return address.to_string() + "/" + std::to_string(length); }

}  // namespace flowbed
