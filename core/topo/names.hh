// What may be the name of a node or an interface.
#pragma once

#include <string>
#include <string_view>

namespace flowbed {

constexpr size_t kMaxNodeName = 63;                     // a host name's limit (RFC 1123)
constexpr size_t kMaxInterfaceName = kMaxNodeName + 9;  // "-eth65279" after the longest node's name

// Letters, digits, "_", "-" and ".", starting with a letter or digit. Returns the fault, or "".
std::string name_fault(std::string_view name, size_t longest);

}  // namespace flowbed
