// The verbs by which a person programs a switch as a controller would: rules, groups and meters.
#pragma once

#include "core/base/verb.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw {

// The handlers keep a reference to `slow_path`.
void add_openflow_verbs(VerbTable& table, SlowPath& slow_path);

}  // namespace flowbed::sw
