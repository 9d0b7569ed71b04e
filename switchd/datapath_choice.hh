// Which datapath runs, and why.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/event_loop.hh"
#include "switchd/confinement.hh"
#include "switchd/datapath/datapath.hh"

namespace flowbed::sw {

enum class DatapathChoice { kAuto, kUserspace, kNft };
// "auto", "userspace", "nft"; throws Error, which names the option.
DatapathChoice parse_datapath_choice(std::string_view text, std::string_view option);

// A datapath and the descriptors that it works with.
class RunningDatapath {
 public:
  virtual ~RunningDatapath() = default;
  virtual Datapath& datapath() = 0;
  virtual NetworkRights rights() const { return NetworkRights::kNone; }  // that it needs while it runs
  virtual int listening_socket() const = 0;  // a packet socket that hears all interfaces, or -1
};

struct ChosenDatapath {
  std::unique_ptr<RunningDatapath> running;
  std::string why;  // not the one that was asked for, or that would be better: a sentence; else empty
};

// `on_open`: all that needs privileges is open; nft only needs the right to administer the network later on.
// Throws Error where the one that was asked for cannot run.
ChosenDatapath choose_datapath(EventLoop& loop, DatapathChoice choice, std::function<void()> on_open);

}  // namespace flowbed::sw
