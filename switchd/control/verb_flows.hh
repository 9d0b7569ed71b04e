// The rules of one switch: shown, added, changed and removed, in the words of ovs-ofctl (flow_syntax.hh).
#pragma once

#include <string>

#include "core/base/channel.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw {

// How answers write rules, groups and meters down.
struct Wording {
  bool names = true;  // of ports, rather than numbers
};

// The request that would make this rule.
FlowMod mod_of(const Rule& rule);

// The rules that `filter` selects, by table, then by priority, the highest first; of equals, the oldest; and
// what all of them, shown or not, have counted. All statistics are settled. Throws Error: the filter cannot
// be read.
Json describe_flows(const Bridge& bridge, const std::string& filter, Wording wording, TimePoint now);
Json describe_tables(const Bridge& bridge);  // that have rules, or were looked into

// Throws Error: the text cannot be read, or (OfFault) the switch cannot do that. Then nothing has changed.
// Fields are set leniently, as OpenFlow 1.0 has it: packets without the field pass unchanged.
Json change_flows(SlowPath& slow_path, Bridge& bridge, FlowMod::Command command, const std::string& text,
                  TimePoint now);

}  // namespace flowbed::sw
