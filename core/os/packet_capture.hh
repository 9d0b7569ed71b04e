// PacketCapture: writes what crosses an interface to a pcapng file, in both directions.
//
// A process of its own per capture, in the interface's namespace, so that a busy link does not hold up the
// engine. Format: pcapng, draft-ietf-opsawg-pcapng; one section, one interface, nanosecond time stamps; a
// VLAN tag that the kernel had taken off is put back.
#pragma once

#include <string>

#include "core/base/fd.hh"
#include "core/os/process.hh"

namespace flowbed {

struct PacketCapture {
  Process process;  // SIGTERM ends it; the file is then complete
  // When it has ended: the number of packets, or why the file is not complete, as text.
  FileDescriptor result;
};

// Returns when packets are being captured. Throws Error.
PacketCapture start_capture(int network_namespace, const std::string& interface, const std::string& file);

}  // namespace flowbed
