// Connection: the conversation with one controller.
//
// Pure: whoever has the socket hands over the bytes that came, with the time, writes what is in `output`, and
// calls `tick` now and then (see `deadline`). Output also comes to be without anything having been received,
// when the switch has something to tell: then `on_output` is called, from within the agent's handlers. There,
// nothing of the agent may be called; note it, and write later.
//
// A connection that is closed takes and tells nothing any more, but what is in `output` (perhaps the error
// that says why) is worth being written first. Destroying it is the end of its controller for the agent: its
// buffers, bundles and role go.
//
// Closed is who breaks the conversation's form: a message that is shorter than its header, something else
// than a hello first, no common version, another version later on, silence, output unread. Anything else that
// is wrong is answered by an error message.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "switchd/openflow/agent/agent_options.hh"
#include "switchd/openflow/agent/session.hh"
#include "switchd/openflow/framer.hh"

namespace flowbed::sw::ofp {

class OpenFlowAgent;

class Connection {
 public:
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void receive(std::span<const uint8_t> bytes, TimePoint now);
  void tick(TimePoint now);
  TimePoint deadline() const;  // when `tick` next has something to do

  // Bytes for the controller; valid until the next call.
  std::span<const uint8_t> output() const { return std::span(output_).subspan(written_); }
  void drop_output(size_t count);  // so many were written
  Bytes take_output();             // all of it
  void on_output(std::function<void()> handler) { on_output_ = std::move(handler); }
  // False: more than a controller reads at once waits already; better read no more requests until it has.
  bool wants_input() const { return output().size() < kEnoughOutput; }

  // Why the conversation is over, as a person should read it; none: it is not.
  const std::optional<std::string>& closed() const { return closed_; }

  // What controllers have agreed on with the switch, and what they have set.
  const Session& session() const { return session_; }

 private:
  friend class OpenFlowAgent;
  friend class RequestRun;
  static constexpr size_t kEnoughOutput = size_t{1} << 20;

  Connection(OpenFlowAgent& agent, TimePoint now);

  bool has_right_header();
  void take_first(const Bytes& message);
  void take_hello(const Hello& hello, uint32_t xid);
  void answer(const Bytes& message, TimePoint now);
  void refuse(OfFaultKind fault, std::span<const uint8_t> message);
  void send(const Reply& reply, uint32_t xid = 0);
  void close(std::string reason);
  void probe(TimePoint now);

  OpenFlowAgent& agent_;
  Framer framer_;
  Session session_;
  Bytes output_;
  size_t written_ = 0;
  std::function<void()> on_output_;
  std::optional<std::string> closed_;
  TimePoint heard_;  // when something came last
  // Since the last tick something was written, and more waits: so it does read. (What fits into a socket's
  // buffer as a whole proves nothing.)
  bool reads_ = false;
  std::optional<TimePoint> asked_;  // since when an answer is waited for
};

}  // namespace flowbed::sw::ofp
