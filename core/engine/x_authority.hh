// X authority files: who may talk to which X server, by cookies. The format is that of libXau: entries of a
// family (16 bits, big-endian) and four counted strings (16 bits, big-endian): address, display, name, data.
#pragma once

#include <string>
#include <string_view>

namespace flowbed {

// The entries of `file`, each followed by a copy that holds under any host name. What is cut off is left out.
std::string with_any_hostname(std::string_view file);

}  // namespace flowbed
