#include "core/cli/session.hh"

#include <algorithm>

#include <signal.h>
#include <spdlog/fmt/fmt.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/cli/announce.hh"
#include "core/cli/format.hh"
#include "core/cli/program.hh"
#include "core/cli/progress_bar.hh"
#include "core/cli/prompt.hh"
#include "core/cli/terminal.hh"
#include "core/cli/topology_source.hh"
#include "core/cli/wait.hh"
#include "core/cli/windows.hh"
#include "core/cli/wrap.hh"
#include "core/rpc/remote_network.hh"
#include "core/rpc/rendezvous.hh"
#include "core/rpc/wait_for.hh"

namespace flowbed {
namespace {

// "net1", "net2", …: the first that is free.
std::string free_name() {
  const std::vector<std::string> taken = running_networks();
  for (int n = 1;; n++) {
    const std::string name = "net" + std::to_string(n);
    if (std::find(taken.begin(), taken.end(), name) == taken.end()) return name;
  }
}

class Session {
 public:
  explicit Session(const Options& options)
      : options_(options),
        topology_(wanted_topology(options)),
        output_(options.verbosity),
        signals_(loop_),
        network_(RemoteNetwork::launch(loop_, options.network.empty() ? free_name() : options.network,
                                       options.forwarding)),
        events_(*network_, output_),
        context_{loop_, *network_, output_, events_} {
    for (const std::string& warning : network_->warnings()) events_.warn_once(warning);
  }

  int run() {
    for (const std::string& note : options_.notes) output_.info("*** " + note + "\n");
    if (options_.dry_run) return print_steps();
    try {
      build();
      use();
    } catch (const std::exception& fault) {
      if (!events_.stopped()) output_.error(fault.what());
      failed_ = true;
    }
    finish(monotonic_now() - start_);
    if (const int signal = Signals::ending()) return 128 + signal;
    if (Signals::pending(SIGINT)) return 128 + SIGINT;
    return script_status_ != kFine ? script_status_ : failed_ ? kFailed : kFine;
  }

 private:
  int print_steps() {
    const ApplyReport report = wait_or_interrupt(loop_, network_->apply(topology_, true));
    if (options_.json) {
      output_.result(Json(report.steps).dump(2) + "\n");
    } else {
      for (const std::string& step : report.steps) output_.result(step + "\n");
    }
    wait_for(loop_, network_->stop());
    return kFine;
  }

  void build() {
    wait_or_interrupt(loop_, network_->apply(topology_, true));  // what is refused is refused before a word
    say(creation_lines(topology_));
    built_ = true;
    const ApplyReport report = apply_with_progress();
    say(start_lines(topology_));
    if (report.tree_seconds) output_.info(tree_line(*report.tree_seconds));
  }

  ApplyReport apply_with_progress() {
    if (!isatty(STDERR_FILENO)) return apply();
    ProgressBar bar(monotonic_now(), static_cast<size_t>(window_width(STDERR_FILENO)),
                    [this](std::string_view text) { output_.info(text); });
    const auto shown =
        events_.on_progress([&](int64_t done, int64_t total) { bar.update(monotonic_now(), done, total); });
    return apply();
  }

  // Lists of names are long: on a terminal they are broken at blanks.
  void say(const std::string& lines) {
    const bool on_screen = isatty(STDERR_FILENO);
    output_.info(on_screen ? wrapped_lines(lines, static_cast<size_t>(window_width(STDERR_FILENO))) : lines);
  }

  ApplyReport apply() { return wait_or_interrupt(loop_, network_->apply(topology_, false)); }

  void use() {
    const bool prompts = options_.tests.empty() && !options_.detach;
    Shell shell(context_, {network_->name(), options_.json, prompts && on_a_terminal()});
    if (options_.xterms) open_windows(shell);
    if (!options_.pre.empty()) run_file(shell, options_.pre);
    for (const std::string& test : options_.tests) run_test(shell, test);
    if (prompts) {
      output_.info("*** Starting CLI:\n");
      run_prompt(shell);
    }
    if (!options_.post.empty()) run_file(shell, options_.post);
    script_status_ = shell.exit_status();
    failed_ |= script_status_ != kFine;
  }

  void open_windows(Shell& shell) {
    for (const std::string& host : shell.names().hosts)
      open_window(WindowProgram::xterm, network_->name(), host, {"bash"});
  }

  void run_test(Shell& shell, const std::string& test) {
    if (test == "none" || test == "build" || shell.ended()) return;
    failed_ |= !shell.execute(test) || lost_fraction(shell.last_answer()) > 0;
  }

  void finish(Duration elapsed) {
    const std::string completed = fmt::format("completed in {:.3f} seconds\n", to_seconds(elapsed));
    if (events_.stopped()) {
      output_.error("the network has stopped: " + events_.stop_reason());
      failed_ = true;
    } else if (options_.detach && !failed_) {
      wait_for(loop_, network_->detach());
      const std::string& name = network_->name();
      output_.info(fmt::format(
          "*** Network {0} goes on; \"{1} attach {0}\" gives its shell, \"{1} stop {0}\" ends it\n", name,
          kProgram));
    } else if (!built_) {
      wait_for(loop_, network_->stop());
    } else {
      say(stop_lines(wait_for(loop_, network_->topology())));
      wait_for(loop_, network_->stop());
      output_.info("*** Done\n" + completed);
    }
  }

  TimePoint start_ = monotonic_now();
  const Options& options_;
  Topology topology_;
  EventLoop loop_;
  Output output_;
  Signals signals_;
  std::unique_ptr<RemoteNetwork> network_;
  Events events_;
  Context context_;
  bool built_ = false, failed_ = false;
  int script_status_ = kFine;
};

}  // namespace

int run_network(const Options& options) { return Session(options).run(); }

}  // namespace flowbed
