// nettool: the traffic that the bench cannot get from iperf3 and ping. One verb a run, one JSON line a
// result.
//
// clang-format off
//   nettool ping ADDRESS COUNT INTERVAL_US      ICMP echoes, one at a time; 0: the next when one is back
//   nettool ping-arrival ADDRESS COUNT INTERVAL_US  … as ping(8) does: a reply is there when the kernel has it
//   nettool connect ADDRESS PORT SECONDS        TCP: connect, ask, read the answer to its end, close; again
//   nettool answer PORT SECONDS                 … its server; prints "ready", ends by itself
//   nettool blast ADDRESS PORT SECONDS          UDP frames of 64 bytes (with FCS), as fast as they go
//   nettool sink PORT SECONDS                   … their count; prints "ready", measures from the first on
//   nettool flood ADDRESS PORT BYTES BIT_S SEC  UDP datagrams of so many bytes, evenly, at so many bit/s of data
//   nettool gaps PORT COUNT                     … the times between their arrivals (µs, the kernel's clock)
//   nettool whole-checksums INTERFACE           the sender computes them: no checksum or segment offload
// clang-format on
//
// Servers end by themselves, so that whoever started them through another program need not reach them again.
// The answering end closes first, as an HTTP/1.0 server does: the waiting connections (TIME_WAIT) are then
// the server's, and the client never runs out of ports.

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/fd.hh"

namespace {

using flowbed::FileDescriptor;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr size_t kPingPayload = 56;      // what ping(8) sends
constexpr size_t kSmallestPayload = 18;  // 14 + 20 + 8 + 18 + 4 (FCS) = 64 bytes
constexpr size_t kRequestBytes = 64;
constexpr unsigned kBatch = 64;

// -1 with errno becomes an exception that says what was tried.
long check(const char* attempt, long result) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), attempt);
  return result;
}

FileDescriptor open_socket(int type, int protocol = 0) {
  return FileDescriptor(static_cast<int>(check("socket", socket(AF_INET, type, protocol))));
}

sockaddr_in endpoint(const std::string& address, int port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  if (inet_pton(AF_INET, address.c_str(), &to.sin_addr) != 1)
    throw std::runtime_error("bad address: " + address);
  return to;
}

int connect_to(const FileDescriptor& socket, const sockaddr_in& to) {
  return connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

void bind_to(const FileDescriptor& socket, int port) {
  const sockaddr_in at = endpoint("0.0.0.0", port);
  const int on = 1;
  check("setsockopt", setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
  check("bind", bind(socket.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at));
}

void set_timeout(const FileDescriptor& socket, int option, timeval after) {
  check("setsockopt", setsockopt(socket.get(), SOL_SOCKET, option, &after, sizeof after));
}

void say_ready() {
  std::puts("ready");
  std::fflush(stdout);
}

// --- ping

struct EchoRequest {
  icmphdr header{};
  std::array<char, kPingPayload> payload{};
};

uint16_t internet_checksum(const EchoRequest& request) {  // RFC 1071
  std::array<uint16_t, sizeof(EchoRequest) / 2> words;
  std::memcpy(words.data(), &request, sizeof request);
  uint32_t sum = 0;
  for (const uint16_t word : words) sum += word;
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~(sum + (sum >> 16)));
}

// In µs, by the kernel's clock of packets.
double microseconds(const timespec& time) {
  return static_cast<double>(time.tv_sec % 100'000) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}
double wall_clock() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return microseconds(now);
}

// When the next packet came, if the socket stamps them, else 0; negative if none came within the socket's
// time.
double receive_stamped(const FileDescriptor& socket, std::span<char> packet) {
  alignas(cmsghdr) std::array<char, 128> control;
  iovec part{packet.data(), packet.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (recvmsg(socket.get(), &message, 0) < 0) return -1;
  timespec time{};
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS)
      std::memcpy(&time, CMSG_DATA(c), sizeof time);
  }
  return microseconds(time);
}

void stamp_packets(const FileDescriptor& socket) {
  const int on = 1;
  check("setsockopt", setsockopt(socket.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on));
}

// As receive_stamped.
double receive_reply(const FileDescriptor& socket, uint16_t id, uint16_t sequence) {
  std::array<char, 1500> packet;
  for (double at = 0; (at = receive_stamped(socket, packet)) >= 0;) {
    icmphdr reply;
    std::memcpy(&reply, packet.data() + sizeof(iphdr), sizeof reply);
    if (reply.type == ICMP_ECHOREPLY && reply.un.echo.id == id && reply.un.echo.sequence == sequence)
      return at;
  }
  return -1;
}

enum class ReplyIsThere { kForTheProcess, kForTheKernel };

// The round-trip time in µs, or a negative number if nothing came back within a second.
double echo_once(const FileDescriptor& socket, uint16_t sequence, ReplyIsThere there) {
  EchoRequest request;
  request.header.type = ICMP_ECHO;
  request.header.un.echo.id = static_cast<uint16_t>(getpid());
  request.header.un.echo.sequence = sequence;
  request.header.checksum = internet_checksum(request);
  const auto start = Clock::now();
  const double sent = wall_clock();
  check("send", send(socket.get(), &request, sizeof request, 0));
  const double came = receive_reply(socket, request.header.un.echo.id, sequence);
  if (came < 0) return -1;
  if (there == ReplyIsThere::kForTheKernel) return came - sent;
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

void ping(const std::string& address, int count, int interval_us, ReplyIsThere there) {
  const FileDescriptor socket = open_socket(SOCK_RAW, IPPROTO_ICMP);
  set_timeout(socket, SO_RCVTIMEO, {.tv_sec = 1, .tv_usec = 0});
  if (there == ReplyIsThere::kForTheKernel) stamp_packets(socket);
  check("connect", connect_to(socket, endpoint(address, 0)));
  std::vector<double> times;
  for (int i = 0; i < count; i++) {
    const auto next = Clock::now() + std::chrono::microseconds(interval_us);
    if (const double time = echo_once(socket, static_cast<uint16_t>(i), there); time >= 0)
      times.push_back(time);
    if (interval_us > 0) std::this_thread::sleep_until(next);
  }
  if (times.empty()) throw std::runtime_error("no reply from " + address);
  std::sort(times.begin(), times.end());
  std::printf("{\"p50_us\": %.2f, \"p99_us\": %.2f, \"lost\": %zu}\n", times[times.size() / 2],
              times[times.size() * 99 / 100], static_cast<size_t>(count) - times.size());
}

// --- connect, ask, close

void ask_once(const sockaddr_in& to) {
  const FileDescriptor socket = open_socket(SOCK_STREAM);
  set_timeout(socket, SO_RCVTIMEO, {.tv_sec = 2, .tv_usec = 0});
  check("connect", connect_to(socket, to));
  std::array<char, kRequestBytes> buffer{};
  check("send", send(socket.get(), buffer.data(), buffer.size(), 0));
  while (check("recv", recv(socket.get(), buffer.data(), buffer.size(), 0)) > 0) continue;
}

void connect_repeatedly(const std::string& address, int port, double seconds) {
  const sockaddr_in to = endpoint(address, port);
  const auto start = Clock::now();
  long done = 0;
  Seconds elapsed{};
  for (; elapsed.count() < seconds; elapsed = Clock::now() - start, done++) ask_once(to);
  std::printf("{\"per_second\": %.0f}\n", static_cast<double>(done) / elapsed.count());
}

void answer(int port, double seconds) {
  const FileDescriptor listener = open_socket(SOCK_STREAM);
  bind_to(listener, port);
  check("listen", listen(listener.get(), 64));
  set_timeout(listener, SO_RCVTIMEO, {.tv_sec = 0, .tv_usec = 100'000});
  say_ready();
  const auto end = Clock::now() + Seconds(seconds);
  while (Clock::now() < end) {
    const FileDescriptor client(accept(listener.get(), nullptr, nullptr));
    std::array<char, kRequestBytes> request;
    if (!client || recv(client.get(), request.data(), request.size(), 0) <= 0) continue;
    check("send", send(client.get(), request.data(), request.size(), MSG_NOSIGNAL));
  }
}

// --- small frames

void blast(const std::string& address, int port, double seconds) {
  const FileDescriptor socket = open_socket(SOCK_DGRAM);
  check("connect", connect_to(socket, endpoint(address, port)));
  std::array<char, kSmallestPayload> payload{};
  iovec part{payload.data(), payload.size()};
  std::array<mmsghdr, kBatch> batch{};
  for (mmsghdr& message : batch) {
    message.msg_hdr.msg_iov = &part;
    message.msg_hdr.msg_iovlen = 1;
  }
  const auto start = Clock::now();
  long sent = 0;
  Seconds elapsed{};
  for (; elapsed.count() < seconds; elapsed = Clock::now() - start) {
    sent += std::max(0, sendmmsg(socket.get(), batch.data(), batch.size(), 0));
  }
  std::printf("{\"sent_per_second\": %.0f}\n", static_cast<double>(sent) / elapsed.count());
}

// Datagrams that came as far as UDP in this namespace, whatever became of them there.
long udp_arrivals() {
  std::ifstream file("/proc/net/snmp");
  std::string names, values;
  while (std::getline(file, names) && std::getline(file, values)) {
    if (names.starts_with("Udp:")) break;
  }
  std::map<std::string, long> counter;
  std::istringstream name_words(names), value_words(values);
  std::string name, value;
  while (name_words >> name && value_words >> value) counter[name] = std::atol(value.c_str());
  return counter["InDatagrams"] + counter["InErrors"];
}

// Rejects every datagram at the socket, after UDP has counted it: what is measured is the path and not how
// fast a reader gets the processor beside the sender and the switch.
void reject_all(const FileDescriptor& socket) {
  sock_filter reject = BPF_STMT(BPF_RET | BPF_K, 0);
  const sock_fprog program{1, &reject};
  check("setsockopt", setsockopt(socket.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program));
}

void sink(int port, double seconds) {
  const FileDescriptor socket = open_socket(SOCK_DGRAM);
  reject_all(socket);
  bind_to(socket, port);
  const long before = udp_arrivals();
  say_ready();
  const auto deadline = Clock::now() + std::chrono::seconds(5);
  while (udp_arrivals() == before && Clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const long first = udp_arrivals();
  const auto start = Clock::now();
  std::this_thread::sleep_for(Seconds(seconds));
  const long arrived = udp_arrivals() - first;
  std::printf("{\"per_second\": %.3f}\n",
              static_cast<double>(arrived) / Seconds(Clock::now() - start).count());
}

// --- datagrams at a rate, and their spacing

void flood(const std::string& address, int port, size_t bytes, double bits_per_second, double seconds) {
  const FileDescriptor socket = open_socket(SOCK_DGRAM);
  check("connect", connect_to(socket, endpoint(address, port)));
  const std::vector<char> payload(bytes);
  const Seconds gap(static_cast<double>(bytes) * 8 / bits_per_second);
  const auto start = Clock::now();
  long sent = 0;
  while (Clock::now() - start < Seconds(seconds)) {
    const auto due = start + std::chrono::duration_cast<Clock::duration>(gap * static_cast<double>(sent));
    if (due - Clock::now() > std::chrono::microseconds(100)) std::this_thread::sleep_until(due);
    sent++;
    (void)!send(socket.get(), payload.data(), payload.size(), 0);  // nobody may listen yet
  }
  std::printf("{\"sent\": %ld}\n", sent);
}

void gaps(int port, size_t count) {
  const FileDescriptor socket = open_socket(SOCK_DGRAM);
  const int room = 16 << 20;
  stamp_packets(socket);
  check("setsockopt", setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &room, sizeof room));
  set_timeout(socket, SO_RCVTIMEO, {.tv_sec = 3, .tv_usec = 0});
  bind_to(socket, port);
  say_ready();
  std::vector<double> found;
  std::array<char, 2048> payload;
  double last = receive_stamped(socket, payload);
  while (found.size() < count && last >= 0) {
    const double now = receive_stamped(socket, payload);
    if (now >= 0) found.push_back(now - last);
    last = now;
  }
  if (found.empty()) throw std::runtime_error("nothing came");
  std::sort(found.begin(), found.end());
  const auto quantile = [&](size_t percent) { return found[(found.size() - 1) * percent / 100]; };
  std::printf("{\"p1\": %.2f, \"p50\": %.2f, \"p99\": %.2f, \"count\": %zu}\n", quantile(1), quantile(50),
              quantile(99), found.size());
}

// --- offloads

void whole_checksums(const std::string& interface) {
  const FileDescriptor socket = open_socket(SOCK_DGRAM);
  ethtool_value off{ETHTOOL_STXCSUM, 0};
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&off);
  check("ethtool", ioctl(socket.get(), SIOCETHTOOL, &request));
}

int run(const std::vector<std::string>& words) {
  const std::string verb = words.empty() ? "" : words[0];
  const size_t count = words.size();
  if (verb == "ping" && count == 4)
    ping(words[1], std::stoi(words[2]), std::stoi(words[3]), ReplyIsThere::kForTheProcess);
  else if (verb == "ping-arrival" && count == 4)
    ping(words[1], std::stoi(words[2]), std::stoi(words[3]), ReplyIsThere::kForTheKernel);
  else if (verb == "connect" && count == 4)
    connect_repeatedly(words[1], std::stoi(words[2]), std::stod(words[3]));
  else if (verb == "answer" && count == 3)
    answer(std::stoi(words[1]), std::stod(words[2]));
  else if (verb == "blast" && count == 4)
    blast(words[1], std::stoi(words[2]), std::stod(words[3]));
  else if (verb == "sink" && count == 3)
    sink(std::stoi(words[1]), std::stod(words[2]));
  else if (verb == "flood" && count == 6)
    flood(words[1], std::stoi(words[2]), std::stoul(words[3]), std::stod(words[4]), std::stod(words[5]));
  else if (verb == "gaps" && count == 3)
    gaps(std::stoi(words[1]), std::stoul(words[2]));
  else if (verb == "whole-checksums" && count == 2)
    whole_checksums(words[1]);
  else
    throw std::runtime_error(
        "usage: nettool ping|ping-arrival|connect|answer|blast|sink|flood|gaps|whole-checksums …, see "
        "nettool.cc");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "nettool: %s\n", error.what());
    return 1;
  }
}
