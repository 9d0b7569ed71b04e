// `trace`: what would happen to a packet, step by step, and who would decide it. Changes nothing.
#pragma once

#include <string>

#include "core/base/channel.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw {

// Throws Error when `packet` cannot be read (see packet_syntax.hh).
Json trace(SlowPath& slow_path, const Bridge& bridge, const std::string& packet);

}  // namespace flowbed::sw
