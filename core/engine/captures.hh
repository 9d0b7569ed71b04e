// Captures: the packet captures that run on a network's interfaces, by the interface's full name.
#pragma once

#include <map>
#include <string>

#include "core/base/task.hh"
#include "core/os/kernel.hh"
#include "core/os/packet_capture.hh"

namespace flowbed {

class Captures {
 public:
  Captures(EventLoop& loop, Kernel& kernel) : loop_(loop), kernel_(kernel) {}

  // Returns when packets are being captured. Throws Error: captured already, file not writable.
  void start(const std::string& name, const std::string& node, const std::string& kernel_interface,
             const std::string& file);
  void forget_node(const std::string& node);  // ends the captures in a namespace that goes away
  Task<uint64_t> stop(std::string name);      // the file is complete then; returns its number of packets

 private:
  EventLoop& loop_;
  Kernel& kernel_;
  struct Running {
    std::string node;
    PacketCapture capture;
  };

  std::map<std::string, Running> running_;
};

}  // namespace flowbed
