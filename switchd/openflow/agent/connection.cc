#include "switchd/openflow/agent/connection.hh"

#include "switchd/openflow/agent/agent.hh"
#include "switchd/openflow/agent/request_run.hh"

namespace flowbed::sw::ofp {
namespace {

constexpr uint8_t kHelloType = 0, kErrorType = 1;

std::string name_of(uint8_t version) {
  switch (version) {
    case 1:
      return "OpenFlow 1.0";
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
      return "OpenFlow 1." + std::to_string(version - 1);
    default:
      return "version " + std::to_string(version) + " of OpenFlow, which is none";
  }
}

std::string names_of(const std::vector<OfVersion>& versions) {
  std::string names;
  for (const OfVersion version : versions)
    names += (names.empty() ? "" : ", ") + name_of(static_cast<uint8_t>(version));
  return names;
}

std::string describe(const ErrorMessage& error) {
  std::string text = "error " + std::to_string(error.type) + "/" + std::to_string(error.code);
  if (!error.data.empty() && std::ranges::all_of(error.data, [](uint8_t c) { return c >= ' ' && c < 127; }))
    text += " (" + std::string(error.data.begin(), error.data.end()) + ")";
  return text;
}

std::string seconds(Duration duration) {
  char text[32];
  snprintf(text, sizeof text, "%g s", to_seconds(duration));
  return text;
}

}  // namespace

Connection::Connection(OpenFlowAgent& agent, TimePoint now) : agent_(agent), heard_(now) {
  const AgentOptions& options = agent.options();
  session_.async = default_async();
  session_.packet_in_rate = TokenBucket(options.packet_ins_per_second, options.packet_in_burst);
  send(make_hello(options.versions));
  agent_.join(*this);
}

Connection::~Connection() { agent_.leave(*this); }

void Connection::receive(std::span<const uint8_t> bytes, TimePoint now) {
  if (closed_) return;
  heard_ = now;
  asked_.reset();
  framer_.feed(bytes);
  try {
    while (!closed_ && has_right_header()) {
      const std::optional<Bytes> message = framer_.next();
      if (!message) return;
      session_.version ? answer(*message, now) : take_first(*message);
    }
  } catch (const OfFault& fault) {
    close(std::string("what it sends is no OpenFlow: ") + fault.what());
  }
}

// Of the next message, as soon as it is there: what speaks another language may never send the rest.
bool Connection::has_right_header() {
  const std::optional<Header> header = framer_.peek();
  if (!header) return false;
  if (header->type == kHelloType || header->type == kErrorType) return true;
  if (!session_.version) {
    close("it does not begin with an OpenFlow hello");
  } else if (header->version != static_cast<uint8_t>(*session_.version)) {
    send(error_reply(OfFaultKind::kBadVersion, *session_.version, {}), header->xid);
    close("it speaks " + name_of(header->version) + ", after " +
          name_of(static_cast<uint8_t>(*session_.version)) + " was agreed on");
  }
  return !closed_;
}

void Connection::take_first(const Bytes& message) {
  const Decoded first = decode(message);
  if (const auto* error = std::get_if<ErrorMessage>(&first.request))
    return close("it refuses to talk: " + describe(*error));
  take_hello(std::get<Hello>(first.request), first.xid);
}

void Connection::take_hello(const Hello& hello, uint32_t xid) {
  const std::vector<OfVersion>& spoken = agent_.options().versions;
  session_.version = negotiate(make_hello(spoken), hello);
  if (session_.version) return agent_.versions_changed();
  const std::string reason = "only these versions are spoken here: " + names_of(spoken);
  ErrorMessage error = error_reply(OfFaultKind::kHelloIncompatible, spoken.back(), {});
  error.data.assign(reason.begin(), reason.end());
  send(error, xid);
  close("it speaks " + name_of(hello.version) + "; " + reason);
}

void Connection::answer(const Bytes& message, TimePoint now) {
  try {
    const Decoded decoded = decode(message, session_.dialect);
    Bridge* bridge = agent_.bridge();
    if (!bridge) return close("there is no switch " + agent_.bridge_name() + " any more");
    RequestRun(*this, *bridge, message, now).run(decoded.request);
  } catch (const OfFault& fault) {
    // An error that cannot be read is not answered: two that do so would never end.
    if (read_header(message).type != kErrorType) refuse(fault.kind(), message);
  }
}

void Connection::refuse(OfFaultKind fault, std::span<const uint8_t> message) {
  send(error_reply(fault, *session_.version, message), read_header(message).xid);
}

void Connection::send(const Reply& reply, uint32_t xid) {
  if (closed_) return;
  if (output().size() > agent_.options().max_output) return close("it does not read what it is sent");
  const bool was_empty = output().empty();
  try {
    const OfVersion version = session_.version.value_or(agent_.options().versions.back());
    for (const Bytes& message : encode(reply, version, xid))
      output_.insert(output_.end(), message.begin(), message.end());
  } catch (const Error&) {  // longer than a message can be: another one's request, forwarded
  }
  if (was_empty && !output().empty() && on_output_) on_output_();
}

void Connection::close(std::string reason) {
  closed_ = std::move(reason);
  if (on_output_) on_output_();
}

void Connection::tick(TimePoint now) {
  if (closed_) return;
  if (std::exchange(reads_, false)) {
    heard_ = now;
    asked_.reset();
  }
  if (now < deadline()) return;
  if (!asked_) return probe(now);
  const Duration silence = now - heard_;
  close(session_.version ? "it has not answered for " + seconds(silence)
                         : "it has not said hello for " + seconds(silence));
}

TimePoint Connection::deadline() const { return asked_.value_or(heard_) + agent_.options().echo_after; }

void Connection::probe(TimePoint now) {
  asked_ = now;
  if (session_.version) send(EchoRequest{});
}

void Connection::drop_output(size_t count) {
  written_ += count;
  reads_ = reads_ || (count > 0 && !output().empty());
  if (written_ < output_.size() / 2) return;
  output_.erase(output_.begin(), output_.begin() + static_cast<std::ptrdiff_t>(written_));
  written_ = 0;
}

Bytes Connection::take_output() {
  const Bytes taken(output().begin(), output().end());
  drop_output(taken.size());
  return taken;
}

}  // namespace flowbed::sw::ofp
