// flowbed-switchd --ferry: a second process of the same program, which emulates the links of one network.
//
// It is not a part of the process that switches, so that neither waits for the other and either can be
// started again alone. The engine starts it in the ferry's network namespace with the first link that
// needs it.
#pragma once

#include "core/base/fd.hh"

namespace flowbed::sw {

void run_ferry(FileDescriptor control);  // until the engine closes the control socket; throws Error

}  // namespace flowbed::sw
