// Starting the engine of a new network, as a program of its own beside the face's.
#pragma once

#include <string>

#include "core/base/channel.hh"
#include "core/base/forwarding_options.hh"

namespace flowbed {

struct EngineProcess {
  int pid = 0;
  FileDescriptor socket;  // its control socket; the engine ends when this closes, unless detached
};

// Runs flowbed-engine from $FLOWBED_BIN or the folder of the running program. Throws Error if it is not
// there.
EngineProcess start_engine(const std::string& network, const ForwardingOptions& forwarding);

struct DoctorReport {
  bool can_run = false;  // networks can be made on this machine
  Json findings;         // see core/engine/doctor.hh
};

// Has flowbed-engine look at this machine; waits for it. Makes no network, needs none.
DoctorReport ask_doctor();

}  // namespace flowbed
