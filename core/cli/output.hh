// Output: what the program says, and where.
//
// As with Mininet, lines about the work ("*** Adding hosts:") go to standard error and are chosen by
// --verbosity; unlike there, what a command was asked for goes to standard output, always, so that it can be
// piped. Nothing is kept in a buffer: output of host commands, which have descriptors of their own, must not
// overtake ours.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace flowbed {

// Mininet's levels, in their order; "warn" is another name of warning.
enum class Verbosity { debug, info, output, warning, error, critical };
std::optional<Verbosity> parse_verbosity(std::string_view name);
inline constexpr const char* kVerbosityNames = "debug, info, output, warning, warn, error, critical";

class Output {
 public:
  using Sink = std::function<void(std::string_view)>;

  explicit Output(Verbosity level);  // to descriptors 1 and 2
  Output(Verbosity level, Sink results, Sink messages)
      : level_(level), results_(std::move(results)), messages_(std::move(messages)) {}

  void result(std::string_view text) const { results_(text); }
  // What a host's job writes to its terminal, whenever it does.
  void relayed(std::string_view bytes) const { (redirected_ ? redirected_ : results_)(bytes); }
  // Messages: `text` of info is written as it is, the others are whole lines without their newline.
  void info(std::string_view text) const;
  void warning(std::string_view line) const;
  void error(std::string_view line) const;
  bool shows(Verbosity level) const { return level >= level_; }

  // While a person edits a line, messages go through `sink`, which keeps the line whole; null ends that.
  void redirect_messages(Sink sink) { redirected_ = std::move(sink); }

 private:
  void message(std::string_view text) const { (redirected_ ? redirected_ : messages_)(text); }

  Verbosity level_;
  Sink results_, messages_, redirected_;
};

void write_all(int fd, std::string_view bytes);  // a reader that has gone is no fault: the rest is dropped

}  // namespace flowbed
