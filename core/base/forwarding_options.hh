// How a network's switches forward; handed on from the face to the engine, and from there to switchd.
#pragma once

#include <string>
#include <vector>

namespace flowbed {

struct ForwardingOptions {
  std::string datapath = "auto";  // or "nft", "userspace"
  bool kernel_counters = false;   // packets pass all interfaces on their way, which count them

  // For the command line of flowbed-engine and of flowbed-switchd.
  std::vector<std::string> arguments() const {
    std::vector<std::string> all{"--datapath=" + datapath};
    if (kernel_counters) all.push_back("--kernel-counters");
    return all;
  }
};

}  // namespace flowbed
