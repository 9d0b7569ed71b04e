#include "switchd/slowpath/pipeline/syntax/slice_syntax.hh"

#include <charconv>
#include <vector>

#include "core/base/suggest.hh"
#include "switchd/flow/field_names.hh"
#include "switchd/flow/match_syntax.hh"

namespace flowbed::sw {
namespace {

constexpr unsigned kNxmPortBits = 16;
constexpr FieldValue kLow64 = ~uint64_t{0};

const Field* find_any_field(std::string_view name) {
  const Field* field = find_field_by_oxm_name(name);
  return field ? field : find_field(name);
}

// NXM has the whole byte, of which the field is all but the low two bits.
unsigned first_bit(const Field& field) { return field.format == FieldFormat::kTos ? 2 : 0; }

unsigned width_of(const Field& field, std::string_view name) {
  return field.name == "in_port" && name != "OXM_OF_IN_PORT" ? kNxmPortBits : field.bits;
}

[[noreturn]] void fail_brackets(const Token& token, const Field& field, unsigned width) {
  fail_at(token, "names bits of " + std::string(field.name) + " that it does not have; write [a..b], with " +
                     std::to_string(first_bit(field)) +
                     " <= a <= b <= " + std::to_string(first_bit(field) + width - 1) + ", or []");
}

// "0..15" or "3".
std::optional<std::pair<unsigned, unsigned>> parse_range(std::string_view text) {
  const size_t dots = text.find("..");
  const auto number = [](std::string_view digits) -> std::optional<unsigned> {
    unsigned value = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (fault != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  };
  const auto first = number(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : number(text.substr(dots + 2));
  if (!first || !last) return std::nullopt;
  return std::pair{*first, *last};
}

}  // namespace

std::optional<FieldSlice> find_slice(const Token& token, std::string_view text) {
  const size_t bracket = text.find('[');
  const std::string_view name = text.substr(0, bracket);
  const Field* field = find_any_field(name);
  if (!field) return std::nullopt;
  const unsigned width = width_of(*field, name);
  if (bracket == std::string_view::npos || text.substr(bracket) == "[]") return FieldSlice{field, 0, width};
  if (!text.ends_with(']')) fail_brackets(token, *field, width);
  const auto range = parse_range(text.substr(bracket + 1, text.size() - bracket - 2));
  const unsigned low = first_bit(*field);
  if (!range || range->first < low || range->first > range->second || range->second >= low + width)
    fail_brackets(token, *field, width);
  return FieldSlice{field, range->first - low, range->second - range->first + 1};
}

FieldSlice parse_slice(const Token& token, std::string_view text) {
  if (const auto slice = find_slice(token, text)) return *slice;
  const std::string_view name = text.substr(0, text.find('['));
  std::vector<std::string> known = match_vocabulary();
  for (const Field& field : fields()) {
    known.push_back(nxm_name(field));
    known.push_back(oxm_name(field));
  }
  fail_at(token, "there is no field " + std::string(name) + suggestion(name, known));
}

FieldSlice parse_settable_slice(const Token& token, std::string_view text) {
  const FieldSlice slice = parse_slice(token, text);
  if (!slice.field->settable) fail_at(token, std::string(slice.field->name) + " cannot be written");
  return slice;
}

std::string format_slice(const FieldSlice& slice) {
  const Field& field = *slice.field;
  const bool is_port = field.name == "in_port";
  const bool is_nxm_port = is_port && slice.offset + slice.count <= kNxmPortBits;
  std::string name = is_nxm_port ? "NXM_OF_IN_PORT" : nxm_name(field);
  if (name.empty()) name = oxm_name(field);
  const unsigned width = is_nxm_port ? kNxmPortBits : field.bits;
  const unsigned low = first_bit(field) + slice.offset;
  if (low == 0 && slice.count == width) return name + "[]";
  if (slice.count == 1) return name + "[" + std::to_string(low) + "]";
  return name + "[" + std::to_string(low) + ".." + std::to_string(low + slice.count - 1) + "]";
}

std::optional<FieldValue> parse_wide_number(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  const size_t low_digits = hex && text.size() > 16 ? 16 : text.size();
  const auto part = [&](std::string_view digits) -> std::optional<uint64_t> {
    uint64_t value = 0;
    const auto [end, fault] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
    if (fault != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  };
  const auto low = part(text.substr(text.size() - low_digits));
  const auto high = text.size() > low_digits ? part(text.substr(0, text.size() - low_digits)) : 0;
  if (!low || !high) return std::nullopt;
  return FieldValue{*high} << 64 | *low;
}

std::string format_wide_number(FieldValue value) {
  char text[40];
  const auto high = static_cast<unsigned long long>(value >> 64);
  const auto low = static_cast<unsigned long long>(value & kLow64);
  if (high) {
    snprintf(text, sizeof text, "0x%llx%016llx", high, low);
  } else {
    snprintf(text, sizeof text, "0x%llx", low);
  }
  return text;
}

FieldValue parse_bits(const Token& token, std::string_view text, unsigned count) {
  const auto value = parse_wide_number(text);
  if (!value) fail_at(token, "takes a number, in decimal or as 0x…, and not " + in_quotes(text));
  if (count < 128 && *value >> count)
    fail_at(token, in_quotes(text) + " does not fit into " + std::to_string(count) + " bits");
  return *value;
}

}  // namespace flowbed::sw
