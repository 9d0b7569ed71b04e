// What all verbs about a switch have in common: the first parameter names it, and what the caches have
// forwarded is counted before they look.
#pragma once

#include "core/base/verb.hh"
#include "switchd/slowpath/slow_path.hh"

namespace flowbed::sw {

VerbParameter switch_parameter();

// A verb's work, given the bridge that it is about, with all statistics settled.
using SwitchWork = std::function<Json(Bridge&, const Json& params)>;

// Keeps a reference to `slow_path`. Throws Error: there is no such switch.
Verb::Handler switch_handler(SlowPath& slow_path, SwitchWork work);

}  // namespace flowbed::sw
