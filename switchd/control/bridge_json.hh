// The configuration of a bridge as the engine sends it ("bridge.put"; the form is in switchd/README.md).
#pragma once

#include "core/base/channel.hh"
#include "switchd/slowpath/bridge_config.hh"

namespace flowbed::sw {

// Throws Error with the place of the fault. Members that are not known are errors.
BridgeConfig bridge_from_json(const Json& json);

// "secure" or "standalone". Throws Error that begins with `where`.
FailMode parse_fail_mode(std::string_view text, const std::string& where);

}  // namespace flowbed::sw
