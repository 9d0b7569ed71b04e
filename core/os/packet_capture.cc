#include "core/os/packet_capture.hh"

#include <csignal>
#include <cstring>
#include <ctime>
#include <memory>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/os/network_namespace.hh"
#include "core/os/pcapng.hh"

namespace flowbed {
namespace {

constexpr size_t kLargestPacket = 65536 + 64;  // a GSO super-packet with its link header
constexpr size_t kMacs = 12;                   // a VLAN tag stands behind the two MAC addresses
constexpr int kReceiveBuffer = 32 << 20;

FileDescriptor open_packet_socket(const std::string& interface) {
  FileDescriptor fd(
      check_syscall("open a packet socket", socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)));
  const int on = 1;
  setsockopt(fd.get(), SOL_PACKET, PACKET_AUXDATA, &on, sizeof on);
  setsockopt(fd.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  // The larger of the two that this user may have.
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(check_syscall(
      "look up " + interface,
      if_nametoindex(interface.c_str()) > 0 ? static_cast<int>(if_nametoindex(interface.c_str())) : -1));
  check_syscall("capture on " + interface,
                bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
  return fd;
}

class CaptureLoop {
 public:
  CaptureLoop(FileDescriptor socket, std::FILE* file, const std::string& interface)
      : socket_(std::move(socket)), writer_(file, interface) {
    writer_.flush();
  }

  // Until SIGTERM; returns the number of packets, or why the file is not complete.
  std::string run(int signals) {
    for (;;) {
      pollfd waits[] = {{socket_.get(), POLLIN, 0}, {signals, POLLIN, 0}};
      poll(waits, 2, -1);
      drain();
      writer_.flush();
      if (writer_.failed()) return std::string("the file is not complete: ") + strerror(errno);
      if (waits[1].revents != 0) return std::to_string(packets_);
    }
  }

 private:
  void drain() {
    while (receive()) continue;
  }

  bool receive() {
    iovec io{buffer_ + sizeof(uint32_t), kLargestPacket};
    alignas(cmsghdr) char control[256];
    sockaddr_ll from{};
    msghdr header{};
    header.msg_name = &from;
    header.msg_namelen = sizeof from;
    header.msg_iov = &io;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    const ssize_t n = recvmsg(socket_.get(), &header, MSG_DONTWAIT | MSG_TRUNC);
    if (n < 0) return false;
    read_control(header);
    const size_t held = std::min(static_cast<size_t>(n), kLargestPacket);
    std::span<const uint8_t> packet(buffer_ + sizeof(uint32_t), held);
    const size_t tag = put_tag_back(packet);
    writer_.write(stamp_, {packet.data() - tag, packet.size() + tag},
                  static_cast<uint32_t>(static_cast<size_t>(n) + tag),
                  from.sll_pkttype == PACKET_OUTGOING ? PcapngWriter::Direction::outbound
                                                      : PcapngWriter::Direction::inbound);
    packets_++;
    return true;
  }

  void read_control(msghdr& header) {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    has_tag_ = false;
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
      if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS)
        memcpy(&now, CMSG_DATA(c), sizeof now);
      if (c->cmsg_level == SOL_PACKET && c->cmsg_type == PACKET_AUXDATA) {
        memcpy(&aux_, CMSG_DATA(c), sizeof aux_);
        has_tag_ = aux_.tp_status & TP_STATUS_VLAN_VALID;
      }
    }
    stamp_ = static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
  }

  // There is room for a tag before the packet: the MAC addresses move forward into it. Returns the bytes
  // added.
  size_t put_tag_back(std::span<const uint8_t> packet) {
    if (!has_tag_ || packet.size() < kMacs) return 0;
    memmove(buffer_, buffer_ + sizeof(uint32_t), kMacs);
    const uint16_t tag[] = {
        htons(aux_.tp_status & TP_STATUS_VLAN_TPID_VALID ? aux_.tp_vlan_tpid : uint16_t{ETH_P_8021Q}),
        htons(aux_.tp_vlan_tci)};
    memcpy(buffer_ + kMacs, tag, sizeof tag);
    return sizeof tag;
  }

  FileDescriptor socket_;
  PcapngWriter writer_;
  uint64_t packets_ = 0, stamp_ = 0;
  tpacket_auxdata aux_{};
  bool has_tag_ = false;
  uint8_t buffer_[sizeof(uint32_t) + kLargestPacket];
};

[[noreturn]] void run_capture(FileDescriptor socket, std::FILE* file, const std::string& interface,
                              int result) {
  prctl(PR_SET_NAME, "flowbed-capture");
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigprocmask(SIG_BLOCK, &ends, nullptr);
  const int signals = signalfd(-1, &ends, SFD_CLOEXEC);
  close_all_except(
      {socket.get(), fileno(file), result, signals});  // a host that is removed must be able to go
  auto loop = std::make_unique<CaptureLoop>(std::move(socket), file, interface);
  const std::string text = loop->run(signals);
  (void)!write(result, text.data(), text.size());
  _exit(0);
}

}  // namespace

PacketCapture start_capture(int network_namespace, const std::string& interface, const std::string& file) {
  const FileDescriptor home = current_network_namespace();
  FdPair result = make_pipe();
  FileDescriptor socket;
  {
    InNetworkNamespace inside(network_namespace, home.get());
    socket = open_packet_socket(interface);
  }
  std::FILE* out = std::fopen(file.c_str(), "wbe");  // last: an old file is lost only to a capture that runs
  if (out == nullptr) throw SystemError("write " + file, errno);
  const pid_t pid = check_syscall("fork", fork());
  if (pid == 0) {
    try {
      run_capture(std::move(socket), out, interface, result.second.get());
    } catch (...) {
      _exit(1);  // never a second engine
    }
  }
  std::fclose(out);
  return {{pid, open_pidfd(pid)}, std::move(result.first)};
}

}  // namespace flowbed
