#include "core/cli/events.hh"

#include <utility>

namespace flowbed {

Events::Events(Network& network, const Output& output) : network_(network), output_(output) {
  network_.subscribe([this](const Json& event) { handle(event); });
}

Events::~Events() { network_.subscribe({}); }

std::optional<int> Events::take_status(uint64_t command) {
  const auto ended = statuses_.extract(command);
  return ended.empty() ? std::nullopt : std::optional(ended.mapped());
}

void Events::warn_once(const std::string& message) {
  if (warned_.insert(message).second) output_.warning(message);
}

void Events::handle(const Json& event) {
  const std::string kind = event.value("event", "");
  if (kind == "command-ended") {
    statuses_[event.at("id")] = event.at("status");
  } else if (kind == "warning") {
    warn_once(event.at("message"));
  } else if (kind == "progress") {
    if (on_progress_) on_progress_(event.at("done"), event.at("total"));
  } else if (kind == "network-stopped") {
    if (std::exchange(stopped_, true)) return;  // what comes after the first is the end of the connection
    stop_reason_ = event.value("reason", "");
  }
}

}  // namespace flowbed
