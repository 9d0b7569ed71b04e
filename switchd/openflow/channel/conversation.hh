// Conversation: one controller's bytes, and the Connection that speaks on it.
//
// It ends when either side closes, or when the Connection gives up; then `on_end` is called once with the
// reason, from the event loop, and may destroy the conversation.
#pragma once

#include "core/base/event_loop.hh"
#include "switchd/openflow/agent/connection.hh"
#include "switchd/openflow/channel/byte_stream.hh"

namespace flowbed::sw::ofp {

class Conversation {
 public:
  struct Handlers {
    std::function<void()> on_agreed;  // on a version; may be empty
    std::function<void(const std::string& reason)> on_end;
  };

  Conversation(EventLoop& loop, std::unique_ptr<ByteStream> stream, std::unique_ptr<Connection> connection,
               Handlers handlers);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  const Session& session() const { return connection_->session(); }
  int socket() const { return stream_->socket(); }
  const std::string& peer() const { return stream_->peer(); }
  bool gave_up() const {
    return connection_->closed().has_value();
  }  // for what the other said, or did not say
  bool agreed() const { return session().version.has_value(); }

 private:
  void handle(uint32_t events);
  void move_bytes(uint32_t events);
  void read();
  void write();
  void write_soon();
  void tick();
  void settle();  // after anything happened: watches for what is to come, or ends
  void end(const std::string& reason);

  EventLoop& loop_;
  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<Connection> connection_;
  Handlers handlers_;
  uint32_t watched_ = 0;
  bool was_agreed_ = false, ended_ = false;
  EventLoop::Registration watch_, ticking_, writing_, ending_;
  bool moving_ = false;  // bytes, in or out: output goes out before that ends
};

}  // namespace flowbed::sw::ofp
