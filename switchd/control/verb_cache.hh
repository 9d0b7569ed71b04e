// `cache`: what one switch has cached, and how well that works.
#pragma once

#include "core/base/channel.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw {

// Hits, misses and upcalls are those of packets that came in at this switch's own ports; flows are all that
// pass it, wherever they came in, the busiest first.
Json describe_cache(SlowPath& slow_path, const Bridge& bridge, TimePoint now);

}  // namespace flowbed::sw
