// The type and code of an error message for what was wrong, in each version.
#pragma once

#include <optional>
#include <utility>

#include "switchd/openflow/version.hh"
#include "switchd/slowpath/pipeline/of_fault.hh"

namespace flowbed::sw {

struct ErrorCode {
  uint16_t type, code;
  bool operator==(const ErrorCode&) const = default;
};
// Every fault has one in every version: where a version does not know it, the nearest that it has.
ErrorCode error_code(OfFaultKind fault, OfVersion version);

}  // namespace flowbed::sw
