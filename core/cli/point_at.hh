// Faults in texts that a person typed, shown where they are.
#pragma once

#include <string>

namespace flowbed {

// A fault that names a piece of `text` in quotes gets two lines more: the text, and a mark below the piece.
//   flow: "nw_dsst=10.0.0.1": there is no field nw_dsst; did you mean "nw_dst"?
//     ip,nw_dsst=10.0.0.1,actions=output:2
//        ^~~~~~~~~~~~~~~~
std::string point_at(const std::string& fault, const std::string& text);

}  // namespace flowbed
