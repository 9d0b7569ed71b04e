#include "switchd/slowpath/pipeline/syntax/port_names.hh"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "switchd/flow/syntax_tokens.hh"
#include "switchd/slowpath/pipeline/of_action.hh"

namespace flowbed::sw {
namespace {

struct ReservedPort {
  std::string_view name;
  OfPort port;
};
constexpr ReservedPort kReserved[] = {
    {"in_port", kOfPortInPort}, {"table", kOfPortTable}, {"normal", kOfPortNormal},
    {"flood", kOfPortFlood},    {"all", kOfPortAll},     {"controller", kOfPortController},
    {"local", kOfPortLocal},    {"any", kOfPortAny},     {"none", kOfPortAny},
    {"unset", kOfPortUnset},
};

// OpenFlow 1.0 has 16 bits, of which it reserves these.
OfPort widened(uint32_t number) {
  return OfPort{number >= 0xfff8 && number <= 0xffff ? number | 0xffff0000 : number};
}

std::optional<OfPort> parse_port_number(std::string_view text) {
  uint32_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return widened(number);
}

std::optional<OfPort> find_named(std::string_view name, const PortNames& names) {
  return names.find ? names.find(name) : std::nullopt;
}

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool is_plain(std::string_view name) {
  return !name.empty() && is_letter(name.front()) && !find_reserved_port(name) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

std::optional<OfPort> find_reserved_port(std::string_view word) {
  const auto found = std::ranges::find(kReserved, lower_case(word), &ReservedPort::name);
  if (found == std::ranges::end(kReserved)) return std::nullopt;
  return found->port;
}

std::optional<OfPort> parse_port(std::string_view text, const PortNames& names) {
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"'))
    return find_named(text.substr(1, text.size() - 2), names);
  if (const auto number = parse_port_number(text)) return number;
  if (const auto reserved = find_reserved_port(text)) return reserved;
  return find_named(text, names);
}

std::string format_port(OfPort port, const PortNames& names) {
  const auto reserved = std::ranges::find(kReserved, port, &ReservedPort::port);
  if (reserved != std::ranges::end(kReserved)) {
    std::string word(reserved->name);
    std::ranges::transform(word, word.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
    return word;
  }
  const std::string name = names.name ? names.name(port) : std::string();
  if (name.empty() || name.find('"') != std::string::npos) return std::to_string(to_number(port));
  return is_plain(name) ? name : '"' + name + '"';
}

}  // namespace flowbed::sw
