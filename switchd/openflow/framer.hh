// Cuts a stream of bytes into OpenFlow messages.
#pragma once

#include <optional>

#include "switchd/openflow/messages.hh"

namespace flowbed::sw::ofp {

class Framer {
 public:
  void feed(std::span<const uint8_t> bytes);
  // The next whole message, or none yet. Throws OfFault (kBadLength) when a header tells less than its own
  // length: nothing that follows can be understood, and the connection has to end.
  std::optional<Bytes> next();
  // The header of the message that comes next, whether the rest of it is there or not.
  std::optional<Header> peek() const;
  // Bytes that wait. Who takes all messages after each feed holds less than one message besides what was fed.
  size_t waiting() const { return bytes_.size() - taken_; }

 private:
  Bytes bytes_;
  size_t taken_ = 0;
};

}  // namespace flowbed::sw::ofp
