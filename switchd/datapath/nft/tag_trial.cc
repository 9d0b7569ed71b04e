#include "switchd/datapath/nft/tag_trial.hh"

#include <algorithm>
#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/socket.h>

#include "core/base/error.hh"
#include "switchd/datapath/nft/nft_chains.hh"
#include "switchd/datapath/nft/nft_rule.hh"
#include "switchd/packet/packet.hh"

namespace flowbed::sw {
namespace {

constexpr char kChain[] = "trial";
constexpr uint16_t kExperimental =
    0x88b5;  // an EtherType for whom it may concern (IEEE 802, local experiments)
constexpr uint16_t kTciBefore = 1, kTciAfter = 2;
constexpr uint8_t kEvidenceOffset = 10, kEvidence = 9;  // in the source's address
constexpr int kPatienceMs = 50;

using Frame = std::array<uint8_t, 60>;

Frame tagged_frame() {
  constexpr uint8_t kHeader[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x81, 0, 0, kTciBefore, 0x88, 0xb5};
  Frame frame{};
  memcpy(frame.data(), kHeader, sizeof kHeader);
  return frame;
}

ActionStep write_at(uint8_t offset, uint16_t value) {
  return {.kind = ActionStep::Kind::kWrite,
          .part = PacketPart::kLink,
          .offset = offset,
          .value = value,
          .mask = 0xffff};
}

// Headers in front of a packet, as PACKET_VNET_HDR has it.
using SocketFrame = std::array<uint8_t, sizeof(OffloadHeader) + std::tuple_size_v<Frame>>;

void hear(int fd, IfIndex interface, uint16_t protocol) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(protocol);
  address.sll_ifindex = static_cast<int>(to_number(interface));
  check_syscall("bind a packet socket", bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address));
}

// Around the queueing discipline, which a young interface does not have yet.
bool send_at_once(int fd, IfIndex interface, const Frame& frame) {
  SocketFrame bytes{};
  std::ranges::copy(frame, bytes.begin() + sizeof(OffloadHeader));
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_ifindex = static_cast<int>(to_number(interface));
  const int on = 1, off = 0;
  setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on);
  const ssize_t sent =
      sendto(fd, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&address), sizeof address);
  setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &off, sizeof off);
  return sent > 0;
}

// A socket for one EtherType hears packets behind the ingress hook. The tag is taken for someone else's, and
// gone.
bool receives_evidence(int fd) {
  pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
  if (poll(&wait, 1, kPatienceMs) != 1) return false;
  SocketFrame bytes{};
  if (recv(fd, bytes.data(), bytes.size(), MSG_DONTWAIT) < 0) return false;
  return bytes[sizeof(OffloadHeader) + kEvidenceOffset + 1] == kEvidence;
}

}  // namespace

bool nftables_changes_tags(NftSocket& socket, const UpcallPair& pair, int packets) {
  NftRule change(kChain);
  change.write(write_at(kTciOffset, kTciAfter));
  change.require({KeyGuard::Kind::kAtLeast, PacketPart::kLink, kTciOffset, kTciAfter});
  change.write(write_at(kEvidenceOffset, kEvidence));
  NftBatch chain;
  add_ingress_chain(chain, kChain, {UpcallPair::kernel_name()});
  change.add_to(chain);
  if (const int fault = socket.commit(chain)) throw SystemError("hook nftables into an interface", fault);
  hear(packets, pair.kernel_end(), kExperimental);
  const bool changed = send_at_once(packets, pair.user_end(), tagged_frame()) && receives_evidence(packets);
  NftBatch removal;
  remove_chain(removal, kChain);
  if (const int fault = socket.commit(removal)) throw SystemError("remove a chain of nftables", fault);
  return changed;
}

}  // namespace flowbed::sw
