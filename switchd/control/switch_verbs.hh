// What a user can ask a switch: the table of verbs that the engine offers on to its clients unread.
#pragma once

#include "core/base/verb.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw {

// The handlers keep a reference to `slow_path`.
VerbTable switch_verbs(SlowPath& slow_path);

}  // namespace flowbed::sw
