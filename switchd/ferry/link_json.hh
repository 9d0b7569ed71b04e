// A link as the engine describes it ("link.put"; the form is in switchd/README.md).
#pragma once

#include "core/base/channel.hh"
#include "switchd/ferry/ferry.hh"

namespace flowbed::sw {

// Both throw Error with the place of the fault. Members that are not known are errors.
FerryLink link_from_json(const Json& json);
DirectionSettings direction_from_json(const Json& json, const std::string& place);

}  // namespace flowbed::sw
