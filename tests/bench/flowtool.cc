// flowtool: traffic of many flows. One verb a run, one JSON line a result.
//
// clang-format off
//   flowtool flood INTERFACE MAC SECONDS      frames to that address, each from another one, as fast as they go
//   flowtool repeat INTERFACE MAC SECONDS     … all from one and the same
//   flowtool arrivals INTERFACE SECONDS       … their count; prints "ready", measures from the first on
//   flowtool claim INTERFACE MAC              a frame from that address, to nobody
//   flowtool pauses INTERFACE SECONDS         … the longest time in which none came
//   flowtool spread INTERFACE MAC FLOWS RATE SECONDS   a packet of each flow in turn, so many a second: UDP, TCP
//                                             and SCTP over IPv4, UDP and TCP over IPv6, to nobody's address
//   flowtool trains INTERFACE MAC FLOWS FRAMES GAP_US   of each flow so many frames, so far apart
//   flowtool first ADDRESS PORT COUNT INTERVAL_US   UDP, each request from another port: what the first packet
//                                             of a flow takes, and of the one back
//   flowtool echo PORT SECONDS                … its server; prints "ready"
// clang-format on
//
// Servers end by themselves, so that whoever started them through another program need not reach them again.

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "core/base/fd.hh"

namespace {

using flowbed::FileDescriptor;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;
using Frame = std::array<uint8_t, 60>;

constexpr uint16_t kFrameType = 0x88b5;  // for experiments (IEEE 802)
constexpr size_t kBatch = 64, kMacSize = 6;
constexpr uint8_t kLocalMac = 0x02;  // administered locally

long check(const char* attempt, long result) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), attempt);
  return result;
}

void say_ready() {
  std::puts("ready");
  std::fflush(stdout);
}

// Sees, or sends, the frames of these measurements only.
FileDescriptor open_interface(const std::string& interface) {
  FileDescriptor socket(
      static_cast<int>(check("socket", ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(kFrameType)))));
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(kFrameType);
  address.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
  check("bind", bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address));
  return socket;
}

Frame frame_to(const std::string& mac) {
  Frame frame{};
  unsigned bytes[kMacSize];
  if (std::sscanf(mac.c_str(), "%x:%x:%x:%x:%x:%x", bytes, bytes + 1, bytes + 2, bytes + 3, bytes + 4,
                  bytes + 5) != 6)
    throw std::runtime_error("bad address: " + mac);
  std::copy(std::begin(bytes), std::end(bytes), frame.begin());
  frame[kMacSize] = kLocalMac;
  frame[2 * kMacSize] = kFrameType >> 8;
  frame[2 * kMacSize + 1] = kFrameType & 0xff;
  return frame;
}

void send_frames(const std::string& interface, const std::string& mac, double seconds, bool new_source) {
  const FileDescriptor socket = open_interface(interface);
  std::array<Frame, kBatch> frames;
  frames.fill(frame_to(mac));
  std::array<iovec, kBatch> parts;
  std::array<mmsghdr, kBatch> messages{};
  for (size_t i = 0; i < kBatch; i++) {
    parts[i] = {frames[i].data(), frames[i].size()};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  uint32_t source = 0;
  long sent = 0;
  const auto start = Clock::now();
  Seconds elapsed{};
  for (; elapsed.count() < seconds; elapsed = Clock::now() - start) {
    for (Frame& frame : frames) {
      if (new_source) source++;
      std::memcpy(frame.data() + kMacSize + 2, &source, sizeof source);
    }
    sent += std::max(0, sendmmsg(socket.get(), messages.data(), kBatch, 0));
  }
  std::printf("{\"sent_per_second\": %.0f}\n", static_cast<double>(sent) / elapsed.count());
}

void claim(const std::string& interface, const std::string& mac) {
  Frame frame = frame_to(mac);
  std::rotate(frame.begin(), frame.begin() + kMacSize, frame.begin() + 2 * kMacSize);
  check("send", send(open_interface(interface).get(), frame.data(), frame.size(), 0));
  std::puts("{}");
}

// The kernel's count of what the socket was given, read or not.
long arrivals_so_far(const FileDescriptor& socket) {
  tpacket_stats stats{};
  socklen_t size = sizeof stats;
  check("getsockopt", getsockopt(socket.get(), SOL_PACKET, PACKET_STATISTICS, &stats, &size));
  return stats.tp_packets;
}

void count_arrivals(const std::string& interface, double seconds) {
  const FileDescriptor socket = open_interface(interface);
  say_ready();
  const auto deadline = Clock::now() + std::chrono::seconds(5);
  while (arrivals_so_far(socket) == 0 && Clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  arrivals_so_far(socket);
  const auto start = Clock::now();
  std::this_thread::sleep_for(Seconds(seconds));
  const long arrived = arrivals_so_far(socket);
  std::printf("{\"per_second\": %.0f}\n",
              static_cast<double>(arrived) / Seconds(Clock::now() - start).count());
}

void find_pauses(const std::string& interface, double seconds) {
  const FileDescriptor socket = open_interface(interface);
  say_ready();
  const auto start = Clock::now();
  auto last = start;
  long arrived = 0;
  Seconds longest{};
  while (Clock::now() - start < Seconds(seconds)) {
    const long more = arrivals_so_far(socket);
    const auto now = Clock::now();
    if (more > 0) {
      if (arrived > 0) longest = std::max(longest, Seconds(now - last));
      last = now;
      arrived += more;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  if (arrived > 0) longest = std::max(longest, Seconds(Clock::now() - last));
  std::printf("{\"per_second\": %.0f, \"longest_ms\": %.2f}\n", static_cast<double>(arrived) / seconds,
              longest.count() * 1000);
}

// Of the flow with that number: each fifth one is of the same kind.
std::vector<uint8_t> packet_of_flow(const std::string& mac, unsigned number) {
  constexpr uint8_t kUdp = 17, kTcp = 6, kSctp = 132;
  constexpr uint8_t kProtocols[] = {kUdp, kTcp, kSctp, kUdp, kTcp};
  constexpr size_t kLink = 14, kTransport = 20, kFirstPort = 1000;
  const unsigned kind = number % std::size(kProtocols);
  const bool ipv6 = kind >= 3;
  const size_t header = ipv6 ? 40 : 20;
  const Frame link = frame_to(mac);
  std::vector<uint8_t> packet(link.begin(), link.begin() + kLink);
  packet[kMacSize + 1] = 5;  // the source is not that of other verbs
  packet[2 * kMacSize] = ipv6 ? 0x86 : 0x08;
  packet[2 * kMacSize + 1] = ipv6 ? 0xdd : 0x00;
  packet.resize(kLink + header + kTransport);
  uint8_t* ip = packet.data() + kLink;
  if (ipv6) {
    ip[0] = 0x60;
    ip[5] = kTransport;
    ip[6] = kProtocols[kind];
    ip[7] = 64;
    ip[8] = ip[24] = 0xfd;
    ip[39] = 9;
  } else {
    ip[0] = 0x45;
    ip[3] = static_cast<uint8_t>(header + kTransport);
    ip[8] = 64;
    ip[9] = kProtocols[kind];
    ip[12] = ip[16] = 10;
    ip[13] = ip[17] = 9;
    ip[19] = 9;
  }
  const auto port = static_cast<uint16_t>(kFirstPort + number / std::size(kProtocols));
  ip[header] = static_cast<uint8_t>(port >> 8);
  ip[header + 1] = static_cast<uint8_t>(port);
  return packet;
}

void spread(const std::string& interface, const std::string& mac, unsigned flows, double rate,
            double seconds) {
  const FileDescriptor socket = open_interface(interface);
  const auto start = Clock::now();
  const auto interval = std::chrono::duration_cast<Clock::duration>(Seconds(1 / rate));
  unsigned sent = 0;
  for (; Clock::now() - start < Seconds(seconds); sent++) {
    const auto packet = packet_of_flow(mac, sent % flows);
    check("send", send(socket.get(), packet.data(), packet.size(), 0));
    std::this_thread::sleep_until(start + sent / kBatch * kBatch * interval);
  }
  std::printf("{\"sent\": %u}\n", sent);
}

// The switch has some time between two flows.
void send_trains(const std::string& interface, const std::string& mac, unsigned flows, unsigned frames,
                 int gap_us) {
  const FileDescriptor socket = open_interface(interface);
  Frame frame = frame_to(mac);
  for (unsigned flow = 1; flow <= flows; flow++) {
    std::memcpy(frame.data() + kMacSize + 2, &flow, sizeof flow);
    auto next = Clock::now();
    for (unsigned i = 0; i < frames; i++, next += std::chrono::microseconds(gap_us)) {
      while (Clock::now() < next) continue;
      check("send", send(socket.get(), frame.data(), frame.size(), 0));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  std::puts("{}");
}

sockaddr_in endpoint(const std::string& address, int port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  if (inet_pton(AF_INET, address.c_str(), &to.sin_addr) != 1)
    throw std::runtime_error("bad address: " + address);
  return to;
}

FileDescriptor open_datagrams(timeval patience) {
  FileDescriptor socket(static_cast<int>(check("socket", ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))));
  check("setsockopt", setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience));
  return socket;
}

// Round-trip time in µs; negative: nothing came back within a second.
double ask_once(const sockaddr_in& to) {
  const FileDescriptor socket = open_datagrams({.tv_sec = 1, .tv_usec = 0});
  check("connect", connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to));
  char byte = 0;
  const auto start = Clock::now();
  check("send", send(socket.get(), &byte, 1, 0));
  if (recv(socket.get(), &byte, 1, 0) < 0) return -1;
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

void ask_from_new_ports(const std::string& address, int port, int count, int interval_us) {
  const sockaddr_in to = endpoint(address, port);
  std::vector<double> times;
  for (int i = 0; i < count; i++) {
    const auto next = Clock::now() + std::chrono::microseconds(interval_us);
    if (const double time = ask_once(to); time >= 0) times.push_back(time);
    std::this_thread::sleep_until(next);
  }
  if (times.empty()) throw std::runtime_error("no reply from " + address);
  std::sort(times.begin(), times.end());
  std::printf("{\"p50_us\": %.1f, \"p99_us\": %.1f, \"lost\": %zu}\n", times[times.size() / 2],
              times[times.size() * 99 / 100], static_cast<size_t>(count) - times.size());
}

void echo(int port, double seconds) {
  const FileDescriptor socket = open_datagrams({.tv_sec = 0, .tv_usec = 100'000});
  const sockaddr_in at = endpoint("0.0.0.0", port);
  check("bind", bind(socket.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at));
  say_ready();
  const auto deadline = Clock::now() + Seconds(seconds);
  while (Clock::now() < deadline) {
    char byte;
    sockaddr_in from{};
    socklen_t size = sizeof from;
    if (recvfrom(socket.get(), &byte, 1, 0, reinterpret_cast<sockaddr*>(&from), &size) < 0) continue;
    sendto(socket.get(), &byte, 1, 0, reinterpret_cast<const sockaddr*>(&from), size);
  }
}

int run(const std::vector<std::string>& words) {
  const std::string verb = words.empty() ? "" : words[0];
  const size_t count = words.size();
  if ((verb == "flood" || verb == "repeat") && count == 4) {
    send_frames(words[1], words[2], std::stod(words[3]), verb == "flood");
  } else if (verb == "arrivals" && count == 3) {
    count_arrivals(words[1], std::stod(words[2]));
  } else if (verb == "claim" && count == 3) {
    claim(words[1], words[2]);
  } else if (verb == "pauses" && count == 3) {
    find_pauses(words[1], std::stod(words[2]));
  } else if (verb == "spread" && count == 6) {
    spread(words[1], words[2], static_cast<unsigned>(std::stoul(words[3])), std::stod(words[4]),
           std::stod(words[5]));
  } else if (verb == "trains" && count == 6) {
    send_trains(words[1], words[2], static_cast<unsigned>(std::stoul(words[3])),
                static_cast<unsigned>(std::stoul(words[4])), std::stoi(words[5]));
  } else if (verb == "first" && count == 5) {
    ask_from_new_ports(words[1], std::stoi(words[2]), std::stoi(words[3]), std::stoi(words[4]));
  } else if (verb == "echo" && count == 3) {
    echo(std::stoi(words[1]), std::stod(words[2]));
  } else {
    std::fprintf(stderr, "flowtool: see the beginning of flowtool.cc\n");
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "flowtool: %s\n", error.what());
    return 1;
  }
}
