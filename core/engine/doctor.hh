// The doctor: what this machine offers to networks, as JSON for a face to show.
#pragma once

namespace flowbed {

// Prints [{"group", "check", "status", "finding", "used", "remedy"}] to standard output; a status is "ok",
// "limited" or "missing". Returns the exit status: 0, or 1 where no network can be made.
int print_findings();

}  // namespace flowbed
