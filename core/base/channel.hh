// Channel: JSON messages with descriptors over a Unix stream socket.
//
// On the wire a message is one line of JSON ending in '\n' (JSON text never contains a raw newline).
// Descriptors ride on the first byte of their message (SCM_RIGHTS); the message's member "fds" counts them,
// so that reader and writer agree even when the kernel hands over several messages in one read.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include "core/base/fd.hh"

namespace flowbed {

using Json = nlohmann::json;

struct Message {
  Json body;
  std::vector<FileDescriptor> fds;
  bool lost_fds = false;  // they came, but this process has no descriptor left to take them
};

class Channel {
 public:
  explicit Channel(FileDescriptor socket);

  int fd() const { return socket_.get(); }
  void send(const Json& body, std::vector<FileDescriptor> fds = {});  // queues; then tries to write
  bool flush();  // false: more is queued, wait for EPOLLOUT
  bool has_output() const { return !outbox_.empty(); }
  // The next whole message, or nothing for now. Throws Error on malformed bytes or an overlong line.
  std::optional<Message> receive();
  void close();                            // the peer reads an end
  bool closed() const { return closed_; }  // the peer has gone; what was read before is still delivered

 private:
  struct Outgoing {
    std::string bytes;
    size_t sent = 0;
    std::vector<FileDescriptor> fds;
  };

  ssize_t write_some(Outgoing& out);
  void read_some();
  void take_descriptors(msghdr& header);
  std::optional<Message> take_line();

  FileDescriptor socket_;
  std::deque<Outgoing> outbox_;
  std::string inbox_;
  size_t scanned_ = 0;  // of inbox_, already known to hold no newline
  std::deque<FileDescriptor> received_fds_;
  std::optional<size_t> lost_after_;  // so many of these: then a message whose own were lost
  bool closed_ = false;
};

}  // namespace flowbed
