// raw_netlink_hosts COUNT: the least that hosts on a switch can cost. One thread, hand-made netlink messages:
// for each host a namespace, a veth pair that one RTM_NEWLINK places in host and fabric with one queue a
// side, then loopback up, address, both ends up. No switch is attached. The bench holds Flowbed's start
// against this loop.
//
// Prints {"seconds": …} when all stand, waits for the end of its input, closes the namespaces and ends.

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/fd.hh"

namespace {

using flowbed::FileDescriptor;

long check(const char* attempt, long result) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), attempt);
  return result;
}

// One netlink request as it grows: header, family header, attributes, nested ones between open() and close().
class Request {
 public:
  template <typename FamilyHeader>
  Request(uint16_t type, uint16_t flags, const FamilyHeader& header) : bytes_(sizeof(nlmsghdr)) {
    message()->nlmsg_type = type;
    message()->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    append(&header, sizeof header);
  }

  void append(const void* data, size_t size) {
    const auto* first = static_cast<const char*>(data);
    bytes_.insert(bytes_.end(), first, first + size);
    bytes_.resize(NLMSG_ALIGN(bytes_.size()));
  }
  void put(uint16_t type, const void* data, size_t size) {
    const rtattr header{static_cast<uint16_t>(RTA_LENGTH(size)), type};
    append(&header, sizeof header);
    append(data, size);
  }
  void put(uint16_t type, uint32_t value) { put(type, &value, sizeof value); }
  void put(uint16_t type, const std::string& text) { put(type, text.c_str(), text.size() + 1); }

  size_t open(uint16_t type) {
    put(type, nullptr, 0);
    return bytes_.size() - sizeof(rtattr);
  }
  void close(size_t opened) {
    const auto length = static_cast<uint16_t>(bytes_.size() - opened);
    std::memcpy(bytes_.data() + opened, &length, sizeof length);
  }

  const std::vector<char>& finish() {
    message()->nlmsg_len = static_cast<uint32_t>(bytes_.size());
    return bytes_;
  }

 private:
  nlmsghdr* message() { return reinterpret_cast<nlmsghdr*>(bytes_.data()); }
  std::vector<char> bytes_;
};

// A netlink socket of the namespace that the thread is in when it is made.
class Netlink {
 public:
  Netlink()
      : socket_(
            static_cast<int>(check("socket", socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)))) {}

  void execute(const char* attempt, Request&& request) const {
    const std::vector<char>& bytes = request.finish();
    check(attempt, send(socket_.get(), bytes.data(), bytes.size(), 0));
    alignas(nlmsghdr) char answer[4096];
    check(attempt, recv(socket_.get(), answer, sizeof answer, 0));
    errno = -reinterpret_cast<nlmsgerr*>(NLMSG_DATA(answer))->error;
    if (errno != 0) check(attempt, -1);
  }

 private:
  FileDescriptor socket_;
};

Request link_up(int index) {
  ifinfomsg header{};
  header.ifi_index = index;
  header.ifi_flags = header.ifi_change = IFF_UP;
  return {RTM_NEWLINK, 0, header};
}

void put_one_queue(Request& request) {
  request.put(IFLA_NUM_TX_QUEUES, 1U);
  request.put(IFLA_NUM_RX_QUEUES, 1U);
}

// The switch's end comes up in the fabric; the host's end becomes index 2 of its namespace.
constexpr int kLoopback = 1;
constexpr int kHostEnd = 2;

Request veth_pair(int number, const FileDescriptor& host) {
  ifinfomsg near_end{}, far_end{};
  near_end.ifi_flags = near_end.ifi_change = IFF_UP;
  far_end.ifi_index = kHostEnd;
  Request request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, near_end);
  request.put(IFLA_IFNAME, "s1-eth" + std::to_string(number));
  put_one_queue(request);
  const size_t info = request.open(IFLA_LINKINFO);
  request.put(IFLA_INFO_KIND, std::string("veth"));
  const size_t data = request.open(IFLA_INFO_DATA);
  const size_t peer = request.open(VETH_INFO_PEER);
  request.append(&far_end, sizeof far_end);
  request.put(IFLA_IFNAME, "h" + std::to_string(number) + "-eth0");
  request.put(IFLA_NET_NS_FD, static_cast<uint32_t>(host.get()));
  put_one_queue(request);
  for (const size_t opened : {peer, data, info}) request.close(opened);
  return request;
}

Request address_of(int number) {
  ifaddrmsg header{};
  header.ifa_family = AF_INET;
  header.ifa_prefixlen = 8;
  header.ifa_index = kHostEnd;
  const uint32_t address = htonl(0x0a000000U + static_cast<uint32_t>(number));
  Request request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, header);
  request.put(IFA_LOCAL, &address, sizeof address);
  request.put(IFA_ADDRESS, &address, sizeof address);
  return request;
}

// The thread is left in the new namespace; the fabric is reached by `fabric`, wherever the thread is.
FileDescriptor make_host(const Netlink& fabric, int number) {
  check("unshare", unshare(CLONE_NEWNET));
  FileDescriptor host = flowbed::open_file("/proc/thread-self/ns/net", O_RDONLY);
  const Netlink inside;
  fabric.execute("veth pair", veth_pair(number, host));
  inside.execute("loopback up", link_up(kLoopback));
  inside.execute("address", address_of(number));
  inside.execute("link up", link_up(kHostEnd));
  return host;
}

void run(int count) {
  flowbed::raise_descriptor_limit();
  const auto start = std::chrono::steady_clock::now();
  const Netlink fabric;
  std::vector<FileDescriptor> hosts;
  for (int number = 1; number <= count; number++) hosts.push_back(make_host(fabric, number));
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  std::printf("{\"seconds\": %.4f}\n", elapsed.count());
  std::fflush(stdout);
  while (std::getchar() != EOF) continue;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw std::runtime_error("usage: raw_netlink_hosts COUNT");
    run(std::stoi(argv[1]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "raw_netlink_hosts: %s\n", error.what());
    return 1;
  }
}
