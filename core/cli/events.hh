// Events: what a network tells by itself, sorted for the parts of the program that wait for it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/cli/output.hh"
#include "core/rpc/network.hh"

namespace flowbed {

class Events {
 public:
  using ProgressHandler = std::function<void(int64_t done, int64_t total)>;

  Events(Network& network, const Output& output);  // both must outlive this
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // The exit status of a command that has ended, or 128 + signal; once for each. A command may end before the
  // reply that tells its id is read, so statuses are kept until somebody asks.
  std::optional<int> take_status(uint64_t command);

  bool stopped() const { return stopped_; }
  const std::string& stop_reason() const { return stop_reason_; }
  // Tells `handler` of progress for as long as the result lives.
  class [[nodiscard]] ProgressWatch {
   public:
    ProgressWatch(Events& events, ProgressHandler handler) : events_(events) {
      events_.on_progress_ = std::move(handler);
    }
    ~ProgressWatch() { events_.on_progress_ = {}; }
    ProgressWatch(const ProgressWatch&) = delete;
    ProgressWatch& operator=(const ProgressWatch&) = delete;

   private:
    Events& events_;
  };
  ProgressWatch on_progress(ProgressHandler handler) { return {*this, std::move(handler)}; }
  void warn_once(const std::string& message);

 private:
  void handle(const Json& event);

  Network& network_;
  const Output& output_;
  std::map<uint64_t, int> statuses_;
  std::set<std::string> warned_;
  ProgressHandler on_progress_;
  bool stopped_ = false;
  std::string stop_reason_;
};

}  // namespace flowbed
