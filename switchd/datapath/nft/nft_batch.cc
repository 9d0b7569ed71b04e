#include "switchd/datapath/nft/nft_batch.hh"

#include <cerrno>
#include <cstring>

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

// Memory that is not cleared beforehand: most batches are small.
char* NftBatch::begin_message() {
  if (capacity_ < size_ + kMaxMessage) {
    capacity_ = 2 * size_ + kMaxMessage;
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
    if (size_ > 0) memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
  }
  return bytes_.get() + size_;
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
  nlmsghdr* message = nftnl_nlmsg_build_hdr(begin_message(), type, NFPROTO_NETDEV, flags, 0);
  fill(message);
  end_message(message);
}

NftSocket::NftSocket(size_t part)
    : socket_(mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC)), buffer_(part) {
  if (!socket_) throw SystemError("open a socket to nftables", errno);
  if (mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
    throw SystemError("bind the socket to nftables", errno);
  const int fd = mnl_socket_get_fd(socket_.get());
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSocketBuffer, sizeof kSocketBuffer);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kSocketBuffer, sizeof kSocketBuffer);
}

int NftSocket::commit(NftBatch& batch, const Visitor& echo) {
  batch.add_frame(NFNL_MSG_BATCH_END);
  if (mnl_socket_sendto(socket_.get(), batch.bytes_.get(), batch.size_) < 0) return errno;
  return read_answers(echo);
}

ssize_t NftSocket::receive(int flags) {
  for (;;) {
    const ssize_t size = recv(mnl_socket_get_fd(socket_.get()), buffer_.data(), buffer_.size(), flags);
    if (size >= 0 || errno != EINTR) return size;
  }
}

// All that there is: the kernel has answered when the sending of a batch returns. The first error counts.
int NftSocket::read_answers(const Visitor& echo) {
  int fault = 0;
  for (;;) {
    const ssize_t size = receive(MSG_DONTWAIT);
    if (size < 0) return errno == EAGAIN ? fault : errno;
    int left = static_cast<int>(size);
    auto* message = reinterpret_cast<nlmsghdr*>(buffer_.data());
    for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
      if (message->nlmsg_type == NLMSG_ERROR) {
        const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
        if (fault == 0) fault = -error->error;
      } else if (echo) {
        echo(message);
      }
    }
  }
}

int NftSocket::start_dump(uint16_t type, const std::function<void(nlmsghdr*)>& fill) {
  nlmsghdr* message = nftnl_nlmsg_build_hdr(buffer_.data(), type, NFPROTO_NETDEV, NLM_F_DUMP, ++sequence_);
  fill(message);
  return mnl_socket_sendto(socket_.get(), message, message->nlmsg_len) < 0 ? errno : 0;
}

NftSocket::DumpPart NftSocket::read_part(const Visitor& visit) {
  const ssize_t size = receive(0);
  if (size < 0) return {.is_last = true, .fault = errno};
  int left = static_cast<int>(size);
  auto* message = reinterpret_cast<nlmsghdr*>(buffer_.data());
  for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
    if (message->nlmsg_seq != sequence_) continue;  // of a dump that was broken off
    if (message->nlmsg_type == NLMSG_DONE) return {.is_last = true, .fault = 0};
    if (message->nlmsg_type == NLMSG_ERROR)
      return {.is_last = true, .fault = -static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message))->error};
    visit(message);
  }
  return {.is_last = false, .fault = 0};
}

int NftSocket::dump(uint16_t type, const std::function<void(nlmsghdr*)>& fill, const Visitor& visit) {
  if (const int fault = start_dump(type, fill)) return fault;
  DumpPart part{};
  while (!part.is_last) part = read_part(visit);
  return part.fault;
}

}  // namespace flowbed::sw
