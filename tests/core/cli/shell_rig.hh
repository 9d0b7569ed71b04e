// A shell on a network that is made up; what it prints is kept.
#pragma once

#include <memory>
#include <string>

#include "core/cli/events.hh"
#include "core/cli/shell.hh"
#include "tests/core/cli/fake_network.hh"

namespace flowbed {

class ShellRig {
 protected:
  explicit ShellRig(Topology topology) {
    network_.topology_ = std::move(topology);
    network_.verbs_ = sample_verbs();
  }

  // It asks the network once, when it is first needed.
  Shell& shell() {
    if (!shell_) shell_ = std::make_unique<Shell>(context_, Shell::Settings{"net1", false, false});
    return *shell_;
  }

  EventLoop loop_;
  FakeNetwork network_{loop_};
  std::string results_, messages_;
  Output output_{Verbosity::info, [this](std::string_view text) { results_ += text; },
                 [this](std::string_view text) { messages_ += text; }};
  Events events_{network_, output_};
  Context context_{loop_, network_, output_, events_};
  std::unique_ptr<Shell> shell_;
};

}  // namespace flowbed
