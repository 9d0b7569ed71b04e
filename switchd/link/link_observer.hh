// LinkObserver: is told what happens to each packet in one direction of a link.
#pragma once

#include "switchd/link/wire.hh"

namespace flowbed::sw {

class LinkObserver {
 public:
  virtual ~LinkObserver() = default;
  virtual void arrived(const LinkPacket& packet, uint64_t bytes_waiting, TimePoint at) = 0;
  virtual void dropped(const LinkPacket& packet, DropCause cause, TimePoint at) = 0;
  virtual void delivered(const Wire::Delivery& delivery) = 0;
};

}  // namespace flowbed::sw
