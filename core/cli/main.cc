#include <exception>

#include <locale.h>
#include <unistd.h>

#include "core/base/log.hh"
#include "core/cli/doctor.hh"
#include "core/cli/options.hh"
#include "core/cli/program.hh"
#include "core/cli/report.hh"
#include "core/cli/session.hh"
#include "core/cli/visits.hh"

namespace flowbed {
namespace {

int act(const Options& options) {
  switch (options.action) {
    case Action::run:
      return run_network(options);
    case Action::list:
      return list_networks(options);
    case Action::attach:
      return attach_to_network(options);
    case Action::exec:
      return exec_in_network(options);
    case Action::enter:
      return enter_network(options);
    case Action::stop:
      return stop_network(options);
    case Action::doctor:
      return examine_machine(options);
    case Action::report:
      return report_recording(options);
    case Action::clean:
      Output(options.verbosity)
          .info("Nothing needs cleaning: a network takes everything with it when it ends.\n");
      return kFine;
  }
  return kFine;
}

// What the libraries log is for the curious; our own words go through Output.
std::string log_level(Verbosity verbosity) { return verbosity == Verbosity::debug ? "debug" : "warning"; }

int run(int argc, char** argv) {
  const auto parsed = parse_options(argc, argv);
  if (const Exit* exit = std::get_if<Exit>(&parsed)) {
    write_all(exit->status == kFine ? STDOUT_FILENO : STDERR_FILENO, exit->text);
    return exit->status;
  }
  const Options& options = std::get<Options>(parsed);
  set_up_logging(kProgram, log_level(options.verbosity));
  try {
    return act(options);
  } catch (const UsageError& fault) {
    Output(options.verbosity).error(fault.what());
    return kUsageFault;
  } catch (const std::exception& fault) {
    Output(options.verbosity).error(fault.what());
    return kFailed;
  }
}

}  // namespace
}  // namespace flowbed

int main(int argc, char** argv) {
  setlocale(LC_CTYPE, "");
  return flowbed::run(argc, argv);
}
