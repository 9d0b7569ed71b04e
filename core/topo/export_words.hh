// Exports of flows as people write them on command lines.
#pragma once

#include <string>

#include "core/topo/flow_exports.hh"

namespace flowbed {

// `text`: "10.0.0.9:6343,sampling=64,place=h9"; several targets as "10.0.0.9+10.0.0.8"; or "none". `name`:
// sflow, netflow or ipfix. What is not named has its default. Throws Error naming what is wrong and what to
// write.
void set_export(FlowExports& exports, const std::string& name, const std::string& text);

bool is_export(const std::string& name);  // "sflow", "netflow" or "ipfix"

}  // namespace flowbed
