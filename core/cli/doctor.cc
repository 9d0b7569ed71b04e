#include "core/cli/doctor.hh"

#include <unistd.h>

#include "core/cli/format.hh"
#include "core/cli/program.hh"
#include "core/cli/terminal.hh"
#include "core/rpc/engine_process.hh"

namespace flowbed {

int examine_machine(const Options& options) {
  const Output output(options.verbosity);
  const DoctorReport report = ask_doctor();
  if (options.json) {
    output.result(report.findings.dump(2) + "\n");
  } else {
    output.result(format_doctor(report.findings, static_cast<size_t>(window_width(STDOUT_FILENO))));
    output.info(report.can_run ? "\nFlowbed runs here.\n"
                               : "\nFlowbed cannot run here: see what is missing above.\n");
  }
  return report.can_run ? kFine : kFailed;
}

}  // namespace flowbed
