// `caching`: what keeps packets away from the slow path, and a switch for each means.
#pragma once

#include "core/base/verb.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw {

// Keeps a reference to `slow_path`.
Verb caching_verb(SlowPath& slow_path);

}  // namespace flowbed::sw
