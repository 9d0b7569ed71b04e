// `stp`: spanning tree at one switch, as it is now.
#pragma once

#include "core/base/channel.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw {

Json describe_stp(const Bridge& bridge);

}  // namespace flowbed::sw
