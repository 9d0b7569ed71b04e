// What the verb "exports" tells: what a switch tells collectors, and how that went.
#pragma once

#include "core/base/channel.hh"
#include "switchd/export/bridge_exports.hh"

namespace flowbed::sw {

// Null: it exports nothing.
Json describe_exports(const BridgeExports* exports);

}  // namespace flowbed::sw
