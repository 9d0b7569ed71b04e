// Parts of fields in flow syntax: "NXM_NX_REG0[0..15]", "NXM_OF_ETH_SRC[]", "reg0[3]", "eth_dst".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "switchd/flow/syntax_tokens.hh"
#include "switchd/slowpath/pipeline/of_action.hh"

namespace flowbed::sw {

// NXM's in_port, and plain in_port, are the low 16 bits; OXM_OF_IN_PORT is all 32.
// Nothing: the name before the brackets is no field's. Throws Error: bits that the field does not have.
std::optional<FieldSlice> find_slice(const Token& token, std::string_view text);
// Throws Error, too, if there is no such field.
FieldSlice parse_slice(const Token& token, std::string_view text);
// Likewise, if it cannot be written.
FieldSlice parse_settable_slice(const Token& token, std::string_view text);

std::string format_slice(const FieldSlice& slice);  // by NXM's name where there is one, else OXM's

// Numbers of up to 128 bits, in decimal (up to 64) or as 0x….
std::optional<FieldValue> parse_wide_number(std::string_view text);
std::string format_wide_number(FieldValue value);  // 0x…
// A number that fits into `count` bits. Throws Error.
FieldValue parse_bits(const Token& token, std::string_view text, unsigned count);

}  // namespace flowbed::sw
