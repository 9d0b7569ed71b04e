// The groups and meters of one switch: shown with what they have counted, added, changed and removed, in the
// words of ovs-ofctl (group_syntax.hh).
#pragma once

#include <optional>
#include <string>

#include "core/base/channel.hh"
#include "switchd/control/verb_flows.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw {

// One, or all. Throw Error: there is no such one.
Json describe_groups(const Bridge& bridge, std::optional<uint32_t> id, Wording wording, TimePoint now);
Json describe_meters(const Bridge& bridge, std::optional<uint32_t> id, TimePoint now);

// Throw Error: the text cannot be read, or (OfFault) the switch cannot do that. Then nothing has changed.
Json change_groups(SlowPath& slow_path, Bridge& bridge, GroupMod::Command command, const std::string& text,
                   TimePoint now);
Json change_meters(SlowPath& slow_path, Bridge& bridge, MeterMod::Command command, const std::string& text,
                   TimePoint now);

}  // namespace flowbed::sw
