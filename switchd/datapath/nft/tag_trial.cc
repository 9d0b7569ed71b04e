#include "switchd/datapath/nft/tag_trial.hh"

#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/socket.h>

#include "core/base/error.hh"
#include "switchd/datapath/nft/nft_chains.hh"
#include "switchd/datapath/nft/nft_rule.hh"
#include "switchd/packet/protocols.hh"

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

FileDescriptor open_socket(IfIndex interface, uint16_t protocol) {
  FileDescriptor socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) throw SystemError("open a packet socket", errno);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(protocol);
  address.sll_ifindex = static_cast<int>(to_number(interface));
  check_syscall("bind a packet socket",
                bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address));
  const int on = 1;
  setsockopt(socket.get(), SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on);  // a young interface has none
  return socket;
}

// A socket for one EtherType hears packets behind the ingress hook. The tag is taken for someone else's, and
// gone.
bool receives_evidence(int fd) {
  pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
  if (poll(&wait, 1, kPatienceMs) != 1) return false;
  std::array<uint8_t, kEthernetHeaderSize> header{};
  if (recv(fd, header.data(), header.size(), 0) < 0) return false;
  return header[kEvidenceOffset + 1] == kEvidence;
}

}  // namespace

bool nftables_changes_tags(NftSocket& socket, const UpcallPair& pair) {
  NftRule change(kChain);
  change.write(write_at(kTciOffset, kTciAfter));
  change.require({KeyGuard::Kind::kAtLeast, PacketPart::kLink, kTciOffset, kTciAfter});
  change.write(write_at(kEvidenceOffset, kEvidence));
  NftBatch chain;
  add_ingress_chain(chain, kChain, {UpcallPair::kernel_name()});
  change.add_to(chain);
  if (const int fault = socket.commit(chain)) throw SystemError("hook nftables into an interface", fault);
  const FileDescriptor receiver = open_socket(pair.kernel_end(), kExperimental);
  const FileDescriptor sender = open_socket(pair.user_end(), 0);
  const Frame frame = tagged_frame();
  const bool sent = ::send(sender.get(), frame.data(), frame.size(), 0) > 0;
  const bool changed = sent && receives_evidence(receiver.get());
  NftBatch removal;
  remove_chain(removal, kChain);
  if (const int fault = socket.commit(removal)) throw SystemError("remove a chain of nftables", fault);
  return changed;
}

}  // namespace flowbed::sw
