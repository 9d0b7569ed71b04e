// The files of the switches' identity, which the engine reads as the user: switchd can open none.
#pragma once

#include "core/base/channel.hh"
#include "core/topo/topology.hh"

namespace flowbed {

// What switchd is told: {"private_key": {"file", "text"}, "certificate": …, "ca_certificate": …}; an empty
// object for none. Throws Error that names the member, the file, the fault and the remedy.
Json read_tls_files(const TlsFiles& files);

}  // namespace flowbed
