// openflow_tool: a controller that measures the switch which connects to it (OpenFlow 1.0).
//
//   openflow_tool flow-mods PORT COUNT
//       adds COUNT rules in one stream, and waits for the barrier behind them; then a tenth of them one by
//       one, each with a barrier
//   openflow_tool rules PORT 0
//       makes rules that send everything from port 1 to 2 and back
//   openflow_tool answer PORT SECONDS
//       sends every packet that the switch asks about from port 1 to 2, without giving it a rule; what comes
//       from 2 has one
//
// Both listen at 127.0.0.1, print "ready" when the switch has connected, and then figures as JSON.

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "core/base/fd.hh"

namespace {

using flowbed::FileDescriptor;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

enum Type : uint8_t {
  kHello = 0,
  kEchoRequest = 2,
  kEchoReply = 3,
  kPacketIn = 10,
  kPacketOut = 13,
  kFlowMod = 14,
  kBarrierRequest = 18,
  kBarrierReply = 19
};
enum Command : uint16_t { kAdd = 0, kDelete = 3 };

constexpr uint32_t kAllFields = 0x3820ff;  // OFPFW_ALL
constexpr uint32_t kInPortField = 1, kEtherTypeField = 1 << 4, kDestinationBits = 0x3f << 14;
constexpr uint16_t kNoPort = 0xffff, kIpv4 = 0x0800;
constexpr uint32_t kNoBuffer = 0xffffffff;
constexpr size_t kHeader = 8, kPacketInHeader = 18;

template <class Number>
Number check(const char* what, Number result) {
  if (result < 0) throw std::system_error(errno, std::system_category(), what);
  return result;
}

// A message as it is built, from its first byte to its last.
class Message {
 public:
  Message(Type type, uint32_t id) { number<uint8_t>(1).number<uint8_t>(type).number<uint16_t>(0).number(id); }

  template <class Number>
  Message& number(Number value) {
    for (size_t i = sizeof value; i-- > 0;)
      bytes_.push_back(static_cast<uint8_t>(static_cast<uint64_t>(value) >> 8 * i));
    return *this;
  }
  Message& zeros(size_t count) {
    bytes_.resize(bytes_.size() + count);
    return *this;
  }
  Message& data(std::span<const uint8_t> data) {
    bytes_.insert(bytes_.end(), data.begin(), data.end());
    return *this;
  }
  Message& output(uint16_t port) {
    return number<uint16_t>(0).number<uint16_t>(8).number(port).number<uint16_t>(0);
  }

  std::span<const uint8_t> finish() {
    bytes_[2] = static_cast<uint8_t>(bytes_.size() >> 8);
    bytes_[3] = static_cast<uint8_t>(bytes_.size());
    return bytes_;
  }

 private:
  std::vector<uint8_t> bytes_;
};

struct RuleMatch {
  uint16_t in_port = 0;         // 0: any
  uint32_t ip_destination = 0;  // 0: any
};

Message flow_mod(Command command, const RuleMatch& match, uint16_t out) {
  uint32_t wildcards = kAllFields;
  if (match.in_port) wildcards &= ~kInPortField;
  if (match.ip_destination) wildcards &= ~(kEtherTypeField | kDestinationBits);
  Message message(kFlowMod, 0);
  message.number(wildcards).number(match.in_port).zeros(12 + 2 + 1 + 1);
  message.number<uint16_t>(match.ip_destination ? kIpv4 : 0)
      .zeros(1 + 1 + 2 + 4)
      .number(match.ip_destination)
      .zeros(4);
  message.zeros(8).number<uint16_t>(command).zeros(4).number<uint16_t>(1000);  // cookie; timeouts; priority
  message.number(kNoBuffer).number(kNoPort).zeros(2);
  if (command == kAdd) message.output(out);
  return message;
}

uint32_t read32(const uint8_t* bytes) {
  uint32_t value;
  std::memcpy(&value, bytes, sizeof value);
  return ntohl(value);
}
uint16_t read16(const uint8_t* bytes) { return static_cast<uint16_t>(bytes[0] << 8 | bytes[1]); }

// The one switch that connects.
class Switch {
 public:
  explicit Switch(uint16_t port) : socket_(wait_for_it(port)) {
    send(Message(kHello, 0).finish());
    send(flow_mod(kDelete, {}, 0).finish());
    barrier();
    std::puts("ready");
    std::fflush(stdout);
  }

  void send(std::span<const uint8_t> bytes) {
    while (!bytes.empty()) {
      const auto sent = check("send", ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
      bytes = bytes.subspan(static_cast<size_t>(sent));
    }
  }
  void barrier() {
    send(Message(kBarrierRequest, 1).finish());
    while (receive()[1] != kBarrierReply) continue;
  }
  // The next message; echo requests are answered in passing.
  std::span<const uint8_t> receive() {
    while (true) {
      const auto message = read_message();
      if (message[1] != kEchoRequest) return message;
      send(Message(kEchoReply, read32(&message[4])).data(message.subspan(kHeader)).finish());
    }
  }
  bool has_message(Clock::time_point deadline) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd readable{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    return left > 0 && poll(&readable, 1, static_cast<int>(left)) > 0;
  }

 private:
  static FileDescriptor wait_for_it(uint16_t port) {
    const FileDescriptor listener(check("socket", socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));
    const int on = 1;
    check("setsockopt", setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check("bind", bind(listener.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at));
    check("listen", listen(listener.get(), 1));
    FileDescriptor peer(check("accept", accept(listener.get(), nullptr, nullptr)));
    check("setsockopt", setsockopt(peer.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    return peer;
  }

  std::span<const uint8_t> read_message() {
    message_.resize(kHeader);
    read_exactly(0);
    message_.resize(std::max<size_t>(kHeader, read16(&message_[2])));
    read_exactly(kHeader);
    return message_;
  }
  void read_exactly(size_t from) {
    for (size_t got = from; got < message_.size();) {
      const auto more = check("recv", recv(socket_.get(), &message_[got], message_.size() - got, 0));
      if (more == 0) throw std::runtime_error("the switch has gone");
      got += static_cast<size_t>(more);
    }
  }

  FileDescriptor socket_;
  std::vector<uint8_t> message_;
};

RuleMatch rule_number(uint32_t number) { return {.in_port = 0, .ip_destination = 0x0b000000 + number}; }

void measure_flow_mods(uint16_t port, uint32_t count) {
  Switch peer(port);
  std::vector<uint8_t> stream;
  for (uint32_t i = 1; i <= count; i++) {
    Message message = flow_mod(kAdd, rule_number(i), 2);
    const auto bytes = message.finish();
    stream.insert(stream.end(), bytes.begin(), bytes.end());
  }
  const auto start = Clock::now();
  peer.send(stream);
  peer.barrier();
  const Seconds streamed = Clock::now() - start;

  const uint32_t singly = count / 10;
  const auto second_start = Clock::now();
  for (uint32_t i = 1; i <= singly; i++) {
    peer.send(flow_mod(kAdd, rule_number(count + i), 2).finish());
    peer.barrier();
  }
  const Seconds one_by_one = Clock::now() - second_start;
  std::printf("{\"streamed_per_second\": %.0f, \"one_by_one_per_second\": %.0f}\n", count / streamed.count(),
              singly / one_by_one.count());
}

void answer_packet_ins(uint16_t port, double seconds) {
  Switch peer(port);
  peer.send(flow_mod(kAdd, {.in_port = 2, .ip_destination = 0}, 1).finish());
  const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(Seconds(seconds));
  long answered = 0;
  while (peer.has_message(deadline)) {
    const auto message = peer.receive();
    if (message[1] != kPacketIn) continue;
    const uint32_t buffer = read32(&message[8]);
    Message out(kPacketOut, 0);
    out.number(buffer).number(read16(&message[14])).number<uint16_t>(8).output(2);
    if (buffer == kNoBuffer) out.data(message.subspan(kPacketInHeader));
    peer.send(out.finish());
    answered++;
  }
  std::printf("{\"answered\": %ld}\n", answered);
}

void make_rules(uint16_t port) {
  Switch peer(port);
  peer.send(flow_mod(kAdd, {.in_port = 1, .ip_destination = 0}, 2).finish());
  peer.send(flow_mod(kAdd, {.in_port = 2, .ip_destination = 0}, 1).finish());
  peer.barrier();
  std::puts("{}");
}

int usage() {
  std::fputs("usage: openflow_tool flow-mods PORT COUNT | rules PORT 0 | answer PORT SECONDS\n", stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return usage();
  const auto port = static_cast<uint16_t>(std::atoi(argv[2]));
  try {
    if (std::string(argv[1]) == "flow-mods") {
      measure_flow_mods(port, static_cast<uint32_t>(std::atoi(argv[3])));
    } else if (std::string(argv[1]) == "rules") {
      make_rules(port);
    } else if (std::string(argv[1]) == "answer") {
      answer_packet_ins(port, std::atof(argv[3]));
    } else {
      return usage();
    }
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "openflow_tool: %s\n", fault.what());
    return 1;
  }
}
