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

}  // namespace flowbed::sw
