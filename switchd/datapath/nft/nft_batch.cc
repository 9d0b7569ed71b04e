#include "switchd/datapath/nft/nft_batch.hh"

#include <cerrno>

#include <arpa/inet.h>
#include <libnftnl/common.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "core/base/error.hh"

namespace flowbed::sw {
namespace {
constexpr size_t kMaxMessage = 64 * 1024;  // one rule, or one list of elements
constexpr int kSocketBuffer = 4 << 20;     // the kernel gives what it allows
}  // namespace

NftBatch::NftBatch() { add_frame(NFNL_MSG_BATCH_BEGIN); }

nlmsghdr* NftBatch::begin_message() {
  if (bytes_.size() < size_ + kMaxMessage) bytes_.resize(2 * size_ + kMaxMessage);
  return reinterpret_cast<nlmsghdr*>(bytes_.data() + size_);
}

void NftBatch::end_message(const nlmsghdr* message) { size_ += MNL_ALIGN(message->nlmsg_len); }

void NftBatch::add_frame(uint16_t type) {
  nlmsghdr* message = mnl_nlmsg_put_header(begin_message());
  message->nlmsg_type = type;
  message->nlmsg_flags = NLM_F_REQUEST;
  auto* header = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(nfgenmsg)));
  header->nfgen_family = AF_UNSPEC;
  header->version = NFNETLINK_V0;
  header->res_id = htons(NFNL_SUBSYS_NFTABLES);
  end_message(message);
}

void NftBatch::add(uint16_t type, uint16_t flags, const std::function<void(nlmsghdr*)>& fill) {
  nlmsghdr* message =
      nftnl_nlmsg_build_hdr(reinterpret_cast<char*>(begin_message()), type, NFPROTO_NETDEV, flags, 0);
  fill(message);
  end_message(message);
  messages_++;
}

NftSocket::NftSocket() : socket_(mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC)), buffer_(1 << 16) {
  if (!socket_) throw SystemError("open a socket to nftables", errno);
  if (mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
    throw SystemError("bind the socket to nftables", errno);
  const int fd = mnl_socket_get_fd(socket_.get());
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSocketBuffer, sizeof kSocketBuffer);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kSocketBuffer, sizeof kSocketBuffer);
}

int NftSocket::commit(NftBatch& batch, const Visitor& echo) {
  batch.add_frame(NFNL_MSG_BATCH_END);
  if (mnl_socket_sendto(socket_.get(), batch.bytes_.data(), batch.size_) < 0) return errno;
  return read_answers(MSG_DONTWAIT, echo);
}

int NftSocket::dump(uint16_t type, const std::function<void(nlmsghdr*)>& fill, const Visitor& visit) {
  nlmsghdr* message = nftnl_nlmsg_build_hdr(buffer_.data(), type, NFPROTO_NETDEV, NLM_F_DUMP, ++sequence_);
  fill(message);
  if (mnl_socket_sendto(socket_.get(), message, message->nlmsg_len) < 0) return errno;
  return read_answers(0, visit);
}

// Until there is no more (a batch), or until the end of a dump. The first error counts.
int NftSocket::read_answers(int flags, const Visitor& visit) {
  int fault = 0;
  for (;;) {
    const ssize_t size = recv(mnl_socket_get_fd(socket_.get()), buffer_.data(), buffer_.size(), flags);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno == EAGAIN ? fault : errno;
    int left = static_cast<int>(size);
    auto* message = reinterpret_cast<nlmsghdr*>(buffer_.data());
    for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
      if (message->nlmsg_type == NLMSG_DONE) return fault;
      if (message->nlmsg_type == NLMSG_ERROR) {
        const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
        if (fault == 0) fault = -error->error;
        if (flags == 0) return fault;
      } else if (visit) {
        visit(message);
      }
    }
  }
}

}  // namespace flowbed::sw
