#include "switchd/packet_io/rx_ring.hh"

#include <atomic>
#include <cstring>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include "core/base/error.hh"

namespace flowbed::sw {
namespace {

// A place holds the ring's own header, the virtio-net header and 64 KB with all Ethernet headers: 17 pages.
constexpr size_t kPlaceSize = size_t{17} * 4096;
// The kernel allocates a ring by blocks of contiguous pages. 1 MiB still succeeds on a machine that has run
// for weeks.
constexpr size_t kBlockSize = size_t{1} << 20;
constexpr size_t kPlacesPerBlock = kBlockSize / kPlaceSize;
// 525 places, 35 MiB: 8 ms of minimum-size packets at the rate that one thread forwards, longer than a busy
// host's scheduler keeps it from running.
constexpr size_t kBlocks = 35;
constexpr size_t kPlaces = kBlocks * kPlacesPerBlock;
constexpr size_t kMemorySize = kBlocks * kBlockSize;

void set_option(int fd, int option, int value, const char* attempt) {
  check_syscall(attempt, setsockopt(fd, SOL_PACKET, option, &value, sizeof value));
}

// The loopback is nobody's port, but a controller may be there, whose every message would come in here.
void ignore_loopback(int fd) {
  constexpr uint32_t kLoopback = 1;  // in every network namespace
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(SKF_AD_OFF + SKF_AD_IFINDEX)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kLoopback, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
  };
  const sock_fprog filter{.len = std::size(program), .filter = program};
  check_syscall("filter what comes in", setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter));
}

FileDescriptor open_packet_socket() {
  FileDescriptor fd(check_syscall("open a packet socket", socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)));
  set_option(fd.get(), PACKET_VERSION, TPACKET_V2, "choose TPACKET_V2");
  set_option(fd.get(), PACKET_VNET_HDR, 1, "ask for virtio-net headers");
  set_option(fd.get(), PACKET_IGNORE_OUTGOING, 1, "ignore outgoing packets");
  ignore_loopback(fd.get());
  tpacket_req request{.tp_block_size = kBlockSize,
                      .tp_block_nr = kBlocks,
                      .tp_frame_size = kPlaceSize,
                      .tp_frame_nr = kPlaces};
  check_syscall("make a receive ring",
                setsockopt(fd.get(), SOL_PACKET, PACKET_RX_RING, &request, sizeof request));
  return fd;
}

uint32_t status_of(const uint8_t* place) {
  auto* header = reinterpret_cast<const tpacket2_hdr*>(place);
  return std::atomic_ref(const_cast<uint32_t&>(header->tp_status)).load(std::memory_order_acquire);
}

const sockaddr_ll& sender_of(const uint8_t* place) {
  return *reinterpret_cast<const sockaddr_ll*>(place + TPACKET_ALIGN(sizeof(tpacket2_hdr)));
}

VlanTag tag_of(const tpacket2_hdr& header) {
  if (!(header.tp_status & TP_STATUS_VLAN_VALID)) return {};
  const bool has_tpid = header.tp_status & TP_STATUS_VLAN_TPID_VALID;
  return {has_tpid ? header.tp_vlan_tpid : kEtherTypeVlan, header.tp_vlan_tci};
}

// False: nothing that a port could have sent.
bool read_place(const uint8_t* place, ReceivedPacket& received) {
  const auto& header = *reinterpret_cast<const tpacket2_hdr*>(place);
  const sockaddr_ll& sender = sender_of(place);
  if (sender.sll_pkttype == PACKET_LOOPBACK || sender.sll_pkttype == PACKET_OUTGOING) return false;
  if (header.tp_snaplen < kEthernetHeaderSize) return false;
  received.from = IfIndex{static_cast<uint32_t>(sender.sll_ifindex)};
  received.came = std::chrono::seconds(header.tp_sec) + std::chrono::nanoseconds(header.tp_nsec);
  Packet& packet = received.packet;
  packet.bytes = {place + header.tp_mac, header.tp_snaplen};
  packet.vlan = tag_of(header);
  memcpy(&packet.offload, place + header.tp_mac - sizeof packet.offload, sizeof packet.offload);
  __builtin_prefetch(packet.bytes.data());
  return true;
}

}  // namespace

RxRing::RxRing() : socket_(open_packet_socket()) {
  void* memory = mmap(nullptr, kMemorySize, PROT_READ | PROT_WRITE, MAP_SHARED, socket_.get(), 0);
  if (memory == MAP_FAILED) throw SystemError("map the receive ring", errno);
  memory_ = static_cast<uint8_t*>(memory);
}

void RxRing::start() {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  check_syscall("bind the packet socket", bind(fd(), reinterpret_cast<sockaddr*>(&address), sizeof address));
}

RxRing::~RxRing() { munmap(memory_, kMemorySize); }

uint8_t* RxRing::place(size_t index) const {
  return memory_ + index / kPlacesPerBlock * kBlockSize + index % kPlacesPerBlock * kPlaceSize;
}

bool RxRing::has_frame() const { return status_of(place(next_)) & TP_STATUS_USER; }

size_t RxRing::take(std::span<ReceivedPacket> burst) {
  size_t taken = 0;
  for (size_t looked_at = 0; looked_at < burst.size() && has_frame(); looked_at++) {
    const uint8_t* at = place(next_);
    next_ = (next_ + 1) % kPlaces;
    __builtin_prefetch(place(next_));
    const auto& header = *reinterpret_cast<const tpacket2_hdr*>(at);
    if (header.tp_snaplen < header.tp_len) {
      lost_++;
    } else if (read_place(at, burst[taken])) {
      taken++;
    }
  }
  return taken;
}

void RxRing::release() {
  for (; returned_ != next_; returned_ = (returned_ + 1) % kPlaces) {
    auto* header = reinterpret_cast<tpacket2_hdr*>(place(returned_));
    std::atomic_ref(header->tp_status).store(TP_STATUS_KERNEL, std::memory_order_release);
  }
}

uint64_t RxRing::lost_packets() {
  tpacket_stats stats{};
  socklen_t size = sizeof stats;
  if (getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0) lost_ += stats.tp_drops;
  return lost_;
}

}  // namespace flowbed::sw
