// The frames of messages while they are written: header, experimenter, multipart, entries and properties.
#pragma once

#include <chrono>

#include "core/base/address.hh"
#include "switchd/openflow/message_types.hh"
#include "switchd/openflow/messages.hh"
#include "switchd/openflow/wire.hh"

namespace flowbed::sw::ofp {

// Of the message that is written.
struct Frame {
  OfVersion version;
  uint32_t xid;
  Dialect dialect = {};
  bool is(OfVersion other) const { return version == other; }
};

// The header, its length still open. Throws Error: the version has no such message.
WireWriter begin(MessageType type, Frame frame);
WireWriter begin_nicira(NiciraType type, Frame frame);
WireWriter begin_onf(OnfType type, Frame frame);
WireWriter begin_multipart(MessageType which, Multipart type, Frame frame);
WireWriter begin_nicira_stats(MessageType which, NiciraStats type, Frame frame);  // 1.0
// Throws Error: the message is longer than a message can be.
Bytes finish(WireWriter&& message);

// Writes the length since `start` at `at`.
void close_length(WireWriter& writer, size_t start, size_t at);

void write_age(std::chrono::nanoseconds age, WireWriter& writer);  // seconds, and the rest in nanoseconds
void write_address(const MacAddress& address, WireWriter& writer);

// A multipart reply of as many messages as its entries take; at least one. An entry that is too long for any
// message is left out.
class MultipartWriter {
 public:
  MultipartWriter(Multipart type, Frame frame);
  MultipartWriter(NiciraStats type, Frame frame);

  template <class Write>  // void(WireWriter&)
  void entry(Write write) {
    WireWriter bytes;
    write(bytes);
    add(bytes.written());
  }
  std::vector<Bytes> finish();

 private:
  void add(const Bytes& entry);

  WireWriter empty_;  // a message without entries
  WireWriter current_;
  std::vector<Bytes> done_;
};

}  // namespace flowbed::sw::ofp
