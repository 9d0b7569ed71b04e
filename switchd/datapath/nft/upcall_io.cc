#include "switchd/datapath/nft/upcall_io.hh"

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "core/base/error.hh"

namespace flowbed::sw {
namespace {

constexpr size_t kBurst = UserspaceDatapath::kMaxBurst, kSmallestBurst = 4;
constexpr size_t kLargestFrame = 65536 + 64 + sizeof(OffloadHeader);
constexpr int kReceiveMark = 75;  // SO_RCVMARK, Linux 5.19; Debian's headers are as old as its C library
constexpr int kReceiveBuffer = 16 << 20;

void set_option(int fd, int level, int option, int value, const char* attempt) {
  check_syscall(attempt, setsockopt(fd, level, option, &value, sizeof value));
}

FileDescriptor open_socket() {
  FileDescriptor socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) throw SystemError("open a packet socket", errno);
  set_option(socket.get(), SOL_PACKET, PACKET_VNET_HDR, 1, "ask for virtio-net headers");
  return socket;
}

// Packets whose mark is of this share. (Ports' interfaces have every other index.)
void take_share(int fd, uint32_t share) {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(SKF_AD_OFF + SKF_AD_MARK)),
      BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 1),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, UpcallIo::kSockets - 1),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, share, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0x40000),
      BPF_STMT(BPF_RET | BPF_K, 0),
  };
  const sock_fprog filter{.len = std::size(program), .filter = program};
  check_syscall("share packets among sockets",
                setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter));
}

FileDescriptor open_share(IfIndex interface, uint32_t number) {
  FileDescriptor socket = open_socket();
  const int fd = socket.get();
  take_share(fd, number);
  set_option(fd, SOL_PACKET, PACKET_AUXDATA, 1, "ask for VLAN tags");
  set_option(fd, SOL_SOCKET, kReceiveMark, 1, "ask for packets' marks (needs Linux 5.19)");
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(to_number(interface));
  check_syscall("bind a packet socket", bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address));
  return socket;
}

VlanTag tag_of(const tpacket_auxdata& data) {
  if (!(data.tp_status & TP_STATUS_VLAN_VALID)) return {};
  const bool has_tpid = data.tp_status & TP_STATUS_VLAN_TPID_VALID;
  return {has_tpid ? data.tp_vlan_tpid : kEtherTypeVlan, data.tp_vlan_tci};
}

// False: nothing that a port could have sent.
bool read_message(msghdr& message, size_t size, ReceivedPacket& received) {
  const auto* bytes = static_cast<const uint8_t*>(message.msg_iov->iov_base);
  if ((message.msg_flags & MSG_TRUNC) || size < sizeof(OffloadHeader) + kEthernetHeaderSize) return false;
  uint32_t mark = 0;
  received.packet = {};
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_MARK) memcpy(&mark, CMSG_DATA(c), sizeof mark);
    if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA) continue;
    tpacket_auxdata data;
    memcpy(&data, CMSG_DATA(c), sizeof data);
    received.packet.vlan = tag_of(data);
  }
  received.from = IfIndex{mark};
  memcpy(&received.packet.offload, bytes, sizeof(OffloadHeader));
  received.packet.bytes = {bytes + sizeof(OffloadHeader), size - sizeof(OffloadHeader)};
  return true;
}

}  // namespace

struct UpcallIo::Memory {
  mmsghdr messages[kBurst] = {};
  iovec parts[kBurst];
  alignas(
      cmsghdr) uint8_t control[kBurst][CMSG_SPACE(sizeof(tpacket_auxdata)) + CMSG_SPACE(sizeof(uint32_t))];
  ReceivedPacket packets[kBurst];
  uint8_t frames[kBurst][kLargestFrame];  // only pages that are used cost memory
};

UpcallIo::UpcallIo(EventLoop& loop, const UpcallPair& pair) : sender_(open_socket()), memory_(new Memory) {
  for (uint32_t i = 0; i < kSockets; i++) {
    Share& share = shares_[i];
    share.socket = open_share(pair.user_end(), i);
    share.watch = loop.watch(share.socket.get(), EPOLLIN, [this, &share](uint32_t) { serve(share); });
  }
}

UpcallIo::~UpcallIo() = default;

// While there is more, all have their turns, and whoever asks for counters waits a while: packets that came
// before the question are counted.
void UpcallIo::serve(Share& first) {
  const TimePoint start = monotonic_now();
  if (start - served_until_ > kTurn) serve_until_ = start + kLongestService;
  bool has_more = receive(first);
  while (has_more && monotonic_now() < serve_until_) {
    for (Share& share : shares_) {
      const bool more = receive(share);
      if (&share == &first) has_more = more;
    }
  }
  served_until_ = monotonic_now();
}

// True: there may be more.
bool UpcallIo::receive(Share& share) {
  Memory& m = *memory_;
  for (size_t i = 0; i < share.burst; i++) {
    m.parts[i] = {m.frames[i], kLargestFrame};
    m.messages[i].msg_hdr = {};
    m.messages[i].msg_hdr.msg_iov = &m.parts[i];
    m.messages[i].msg_hdr.msg_iovlen = 1;
    m.messages[i].msg_hdr.msg_control = m.control[i];
    m.messages[i].msg_hdr.msg_controllen = sizeof m.control[i];
  }
  const int count =
      recvmmsg(share.socket.get(), m.messages, static_cast<unsigned>(share.burst), MSG_DONTWAIT, nullptr);
  size_t read = 0;
  for (int i = 0; i < count; i++) {
    if (read_message(m.messages[i].msg_hdr, m.messages[i].msg_len, m.packets[read])) read++;
  }
  const bool may_have_more = count == static_cast<int>(share.burst);
  if (read == 0) return may_have_more;
  const TimePoint now = monotonic_now();
  receiver_({m.packets, read}, now);
  if (monotonic_now() - now > kTurn) {
    share.burst = std::max(share.burst / 2, kSmallestBurst);
  } else {
    share.burst = std::min(share.burst * 2, kBurst);
  }
  return may_have_more;
}

uint64_t UpcallIo::lost_packets() {
  for (const Share& share : shares_) {
    tpacket_stats stats{};
    socklen_t size = sizeof stats;
    if (getsockopt(share.socket.get(), SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0)
      lost_ += stats.tp_drops;
  }
  return lost_;
}

}  // namespace flowbed::sw
