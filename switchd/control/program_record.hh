// What controllers and people have put into a bridge's tables, as text that the engine keeps unread, so that
// a switchd that takes another's place can be given it again.
#pragma once

#include "core/base/channel.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw {

// Of bridges with more rules than this nothing is recorded: writing them down would hold up packets.
inline constexpr size_t kMaxRecordedRules = 5000;

// {"meters": [...], "groups": [...], "flows": [...]}, in the words of ovs-ofctl; null: too many rules.
Json record_program(const Bridge& bridge);
// Instead of what the bridge has. Throws Error: not a record.
void restore_program(SlowPath& slow_path, Bridge& bridge, const Json& record, TimePoint now);

}  // namespace flowbed::sw
