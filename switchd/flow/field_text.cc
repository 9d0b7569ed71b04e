#include "switchd/flow/field_text.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "core/base/address.hh"

namespace flowbed::sw {
namespace {

constexpr std::array<std::string_view, 12> kTcpFlagNames = {"fin", "syn", "rst", "psh", "ack", "urg",
                                                            "ece", "cwr", "ns",  "",    "",    ""};

struct Fragment {
  std::string_view name;
  MaskedValue bits;
};
constexpr Fragment kFragments[] = {
    {"no", {0, 3}}, {"yes", {1, 1}}, {"first", {1, 3}}, {"later", {3, 3}}, {"not_later", {0, 2}}};

std::string decimal(FieldValue value) { return std::to_string(static_cast<uint64_t>(value)); }

std::string hexadecimal(FieldValue value, int digits) {
  char text[24];
  snprintf(text, sizeof text, "0x%0*llx", digits, static_cast<unsigned long long>(value));
  return text;
}

std::string masked_number(FieldValue value, FieldValue mask) {
  return hexadecimal(value, 1) + "/" + hexadecimal(mask, 1);
}

std::string format_ip(FieldValue value, bool v6) {
  IpAddress ip;
  ip.v6 = v6;
  for (size_t i = ip.size(); i-- > 0; value >>= 8) ip.bytes[i] = static_cast<uint8_t>(value);
  return ip.to_string();
}

bool is_ip(const Field& field) {
  return field.format == FieldFormat::kIpv4 || field.format == FieldFormat::kIpv6;
}

// The length of the prefix that the mask is, if it is one.
std::optional<unsigned> prefix_length(const Field& field, FieldValue mask) {
  const FieldValue zeros = ~mask & field.all_ones();
  if (zeros & (zeros + 1)) return std::nullopt;
  unsigned length = field.bits;
  for (FieldValue bit = 1; length > 0 && (zeros & bit); bit <<= 1) length--;
  return length;
}

FieldValue prefix_mask(const Field& field, unsigned length) {
  return length == 0 ? 0 : field.all_ones() & ~((FieldValue{1} << (field.bits - length)) - 1);
}

std::string format_fragment(FieldValue value, FieldValue mask) {
  for (const Fragment& fragment : kFragments) {
    if (fragment.bits.value == (value & mask) && fragment.bits.mask == mask)
      return std::string(fragment.name);
  }
  return masked_number(value, mask);
}

std::string format_tcp_flags(FieldValue value, FieldValue mask) {
  std::string text;
  for (size_t i = 0; i < kTcpFlagNames.size(); i++) {
    if ((mask >> i & 1) && kTcpFlagNames[i].empty()) return masked_number(value, mask);
    if (mask >> i & 1) text += (value >> i & 1 ? "+" : "-") + std::string(kTcpFlagNames[i]);
  }
  return text;
}

template <class Value>
std::optional<Value> parse_digits(std::string_view text, int base) {
  Value value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<FieldValue> parse_number(const Field& field, std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  const auto value = hex ? parse_digits<uint64_t>(text.substr(2), 16) : parse_digits<uint64_t>(text, 10);
  if (!value) return std::nullopt;
  if (field.format == FieldFormat::kTos) {
    if (*value > 0xff || (*value & 3)) return std::nullopt;
    return *value >> 2;
  }
  if ((FieldValue{*value} & ~field.all_ones()) != 0) return std::nullopt;
  return *value;
}

std::optional<FieldValue> parse_mac(std::string_view text) {
  const auto mac = MacAddress::parse(text);
  if (!mac) return std::nullopt;
  FieldValue value = 0;
  for (const uint8_t byte : mac->bytes) value = value << 8 | byte;
  return value;
}

std::optional<FieldValue> parse_ip(std::string_view text, bool v6) {
  const auto ip = IpAddress::parse(text);
  if (!ip || ip->v6 != v6) return std::nullopt;
  FieldValue value = 0;
  for (size_t i = 0; i < ip->size(); i++) value = value << 8 | ip->bytes[i];
  return value;
}

std::optional<FieldValue> parse_exact(const Field& field, std::string_view text) {
  switch (field.format) {
    case FieldFormat::kMac:
      return parse_mac(text);
    case FieldFormat::kIpv4:
      return parse_ip(text, false);
    case FieldFormat::kIpv6:
      return parse_ip(text, true);
    default:
      return parse_number(field, text);
  }
}

std::optional<FieldValue> parse_mask(const Field& field, std::string_view text) {
  if (is_ip(field) && text.find_first_of(".:") == std::string_view::npos) {
    const auto length = parse_digits<unsigned>(text, 10);
    if (!length || *length > field.bits) return std::nullopt;
    return prefix_mask(field, *length);
  }
  return parse_exact(field, text);
}

std::optional<MaskedValue> parse_fragment(std::string_view text) {
  for (const Fragment& fragment : kFragments) {
    if (fragment.name == text) return fragment.bits;
  }
  return std::nullopt;
}

std::optional<size_t> flag_of(std::string_view name) {
  for (size_t i = 0; i < kTcpFlagNames.size(); i++) {
    if (!name.empty() && kTcpFlagNames[i] == name) return i;
  }
  return std::nullopt;
}

// "+syn-ack"
std::optional<MaskedValue> parse_tcp_flags(std::string_view text) {
  MaskedValue flags{0, 0};
  while (!text.empty()) {
    const bool set = text.front() == '+';
    text.remove_prefix(1);
    const size_t end = std::min(text.find_first_of("+-"), text.size());
    const auto flag = flag_of(text.substr(0, end));
    if (!flag || (flags.mask >> *flag & 1)) return std::nullopt;
    flags.mask |= FieldValue{1} << *flag;
    if (set) flags.value |= FieldValue{1} << *flag;
    text.remove_prefix(end);
  }
  return flags;
}

}  // namespace

std::string format_value(const Field& field, FieldValue value) {
  switch (field.format) {
    case FieldFormat::kMac:
      return MacAddress::from_uint64(static_cast<uint64_t>(value)).to_string();
    case FieldFormat::kIpv4:
      return format_ip(value, false);
    case FieldFormat::kIpv6:
      return format_ip(value, true);
    case FieldFormat::kHex:
      return hexadecimal(value, field.bits == 16 ? 4 : 1);
    case FieldFormat::kVlanVid:
    case FieldFormat::kVlanTci:
      return hexadecimal(value, 4);
    case FieldFormat::kTos:
      return decimal(value << 2);
    case FieldFormat::kFragment:
      return format_fragment(value, field.all_ones());
    case FieldFormat::kTcpFlags:
      return hexadecimal(value, 3);
    case FieldFormat::kPort:
    case FieldFormat::kDecimal:
      break;
  }
  return decimal(value);
}

std::string format_value(const Field& field, FieldValue value, FieldValue mask) {
  if (field.format == FieldFormat::kFragment) return format_fragment(value, mask);
  if (field.format == FieldFormat::kTcpFlags && mask != field.all_ones())
    return format_tcp_flags(value, mask);
  if (mask == field.all_ones()) return format_value(field, value);
  if (is_ip(field)) {
    if (const auto length = prefix_length(field, mask))
      return format_value(field, value) + "/" + std::to_string(*length);
  }
  if (field.format == FieldFormat::kDecimal) return masked_number(value, mask);
  return format_value(field, value) + "/" + format_value(field, mask);
}

std::optional<MaskedValue> parse_value(const Field& field, std::string_view text) {
  if (field.format == FieldFormat::kFragment) {
    if (const auto fragment = parse_fragment(text)) return fragment;
  }
  if (field.format == FieldFormat::kTcpFlags && (text.starts_with('+') || text.starts_with('-')))
    return parse_tcp_flags(text);
  const size_t slash = text.find('/');
  const auto value = parse_exact(field, text.substr(0, slash));
  if (!value) return std::nullopt;
  if (slash == std::string_view::npos) return MaskedValue{*value, field.all_ones()};
  const auto mask = parse_mask(field, text.substr(slash + 1));
  if (!mask) return std::nullopt;
  return MaskedValue{*value & *mask, *mask};
}

std::string values_of(const Field& field) {
  switch (field.format) {
    case FieldFormat::kMac:
      return "a MAC address such as 00:00:00:00:00:01";
    case FieldFormat::kIpv4:
      return "an IPv4 address such as 10.0.0.1, or a network such as 10.0.0.0/8";
    case FieldFormat::kIpv6:
      return "an IPv6 address such as fd00::1, or a network such as fd00::/64";
    case FieldFormat::kTos:
      return "a multiple of 4 from 0 to 252";
    case FieldFormat::kTcpFlags:
      return "flags such as +syn-ack, or a number from 0 to 4095";
    case FieldFormat::kFragment:
      return "no, yes, first, later or not_later";
    default:
      return "a number from 0 to " + decimal(field.all_ones()) + (field.maskable ? ", or value/mask" : "");
  }
}

}  // namespace flowbed::sw
