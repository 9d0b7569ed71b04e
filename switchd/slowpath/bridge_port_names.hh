// The ports of a bridge by the names that people call them, for flow syntax.
#pragma once

#include "switchd/slowpath/bridge.hh"
#include "switchd/slowpath/pipeline/syntax/port_names.hh"

namespace flowbed::sw {

PortNames port_names(const Bridge& bridge);  // keeps a reference to it

}  // namespace flowbed::sw
