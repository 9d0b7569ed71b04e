// Values of fields as people read and write them in flows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "switchd/flow/fields.hh"

namespace flowbed::sw {

// "10.0.0.1", "0x0800", "00:00:00:00:00:01".
std::string format_value(const Field& field, FieldValue value);
// With what the mask leaves out: "10.0.0.0/8", "0x10/0xf0", "01:00:00:00:00:00/01:00:00:00:00:00".
std::string format_value(const Field& field, FieldValue value, FieldValue mask);

struct MaskedValue {
  FieldValue value, mask;
};
// "10.0.0.0/8", "10.0.0.0/255.0.0.0", "5", "0x5/0xf", "+syn-ack"; nothing: it is none of the field's.
std::optional<MaskedValue> parse_value(const Field& field, std::string_view text);
// What parse_value accepts, for messages: "a number from 0 to 65535", "an IPv4 address such as 10.0.0.1".
std::string values_of(const Field& field);

}  // namespace flowbed::sw
