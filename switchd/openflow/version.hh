// The versions of OpenFlow that are spoken, as their number on the wire.
#pragma once

#include <cstdint>

namespace flowbed::sw {

enum class OfVersion : uint8_t { k10 = 1, k13 = 4, k14 = 5 };

}  // namespace flowbed::sw
