// What the engine sends of a bridge's exports ("bridge.put"; the form is in switchd/README.md).
#pragma once

#include "core/base/channel.hh"
#include "switchd/export/export_config.hh"

namespace flowbed::sw {

// {"sflow": {"targets": ["10.0.0.9:6343"], "place", "sampling", "header", "polling"}, "netflow": …, "ipfix":
// …} Throws Error with the place of the fault. Members that are not known are errors.
ExportConfig exports_from_json(const Json& json);

}  // namespace flowbed::sw
