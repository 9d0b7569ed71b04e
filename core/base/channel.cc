#include "core/base/channel.hh"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#include <sys/socket.h>

#include "core/base/error.hh"

namespace flowbed {
namespace {

constexpr size_t kMaxFdsPerMessage = 16;
constexpr size_t kMaxFdsWaiting = 16 * kMaxFdsPerMessage;
constexpr size_t kMaxLine = 64 << 20;

union ControlBuffer {
  cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int) * kMaxFdsPerMessage)];
};

}  // namespace

Channel::Channel(FileDescriptor socket) : socket_(std::move(socket)) { set_nonblocking(socket_.get()); }

void Channel::send(const Json& body, std::vector<FileDescriptor> fds) {
  if (fds.size() > kMaxFdsPerMessage) throw Error("a message carries at most 16 descriptors");
  Outgoing out;
  if (fds.empty()) {
    out.bytes = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  } else {
    Json with_count = body;
    with_count["fds"] = fds.size();
    out.bytes = with_count.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  out.bytes += '\n';
  out.fds = std::move(fds);
  outbox_.push_back(std::move(out));
  flush();
}

bool Channel::flush() {
  while (!outbox_.empty() && !closed_) {
    Outgoing& out = outbox_.front();
    const ssize_t n = write_some(out);
    if (n < 0) {
      if (errno == EAGAIN || errno == EINTR) return false;
      closed_ = true;
      break;
    }
    out.sent += static_cast<size_t>(n);
    out.fds.clear();
    if (out.sent == out.bytes.size()) outbox_.pop_front();
  }
  if (closed_) outbox_.clear();
  return true;
}

void Channel::close() {
  closed_ = true;
  socket_.close();
}

ssize_t Channel::write_some(Outgoing& out) {
  iovec io{out.bytes.data() + out.sent, out.bytes.size() - out.sent};
  msghdr header{};
  header.msg_iov = &io;
  header.msg_iovlen = 1;
  ControlBuffer control{};
  if (!out.fds.empty()) {
    header.msg_control = control.bytes;
    header.msg_controllen = CMSG_SPACE(sizeof(int) * out.fds.size());
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * out.fds.size());
    std::array<int, kMaxFdsPerMessage> raw{};
    for (size_t i = 0; i < out.fds.size(); i++) raw[i] = out.fds[i].get();
    memcpy(CMSG_DATA(rights), raw.data(), sizeof(int) * out.fds.size());
  }
  return sendmsg(socket_.get(), &header, MSG_NOSIGNAL | MSG_DONTWAIT);
}

std::optional<Message> Channel::receive() {
  if (auto message = take_line()) return message;
  read_some();
  return take_line();
}

void Channel::read_some() {
  char chunk[65536];
  while (!closed_) {
    iovec io{chunk, sizeof chunk};
    ControlBuffer control{};
    msghdr header{};
    header.msg_iov = &io;
    header.msg_iovlen = 1;
    header.msg_control = control.bytes;
    header.msg_controllen = sizeof control.bytes;
    const ssize_t n = recvmsg(socket_.get(), &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
      closed_ = true;
      return;
    }
    take_descriptors(header);
    if (received_fds_.size() > kMaxFdsWaiting)
      throw Error("descriptors came on the control socket without a message that names them");
    inbox_.append(chunk, static_cast<size_t>(n));
    if (inbox_.size() > kMaxLine) throw Error("a message on the control socket exceeds 64 MiB");
    if (lost_after_ || static_cast<size_t>(n) < sizeof chunk) return;
  }
}

// What a process at its limit cannot take the kernel drops, and says that it did.
void Channel::take_descriptors(msghdr& header) {
  std::vector<FileDescriptor> taken;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    std::array<int, kMaxFdsPerMessage> raw{};
    const size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(raw.data(), CMSG_DATA(c), sizeof(int) * count);
    for (size_t i = 0; i < count; i++) taken.emplace_back(raw[i]);
  }
  if (header.msg_flags & MSG_CTRUNC) {
    lost_after_ = received_fds_.size();
  } else {
    std::ranges::move(taken, std::back_inserter(received_fds_));
  }
}

std::optional<Message> Channel::take_line() {
  const size_t newline = inbox_.find('\n', scanned_);
  if (newline == std::string::npos) {
    scanned_ = inbox_.size();
    return std::nullopt;
  }
  Message message;
  message.body =
      Json::parse(inbox_.begin(), inbox_.begin() + static_cast<ptrdiff_t>(newline), nullptr, false);
  inbox_.erase(0, newline + 1);
  scanned_ = 0;
  if (!message.body.is_object()) throw Error("a message on the control socket is not a JSON object");
  const auto count = message.body.find("fds");
  if (count == message.body.end()) return message;
  if (lost_after_ == 0) {  // those ahead have found their messages
    lost_after_.reset();
    message.lost_fds = true;
    message.body.erase("fds");
    return message;
  }
  const bool counted = count->is_number_unsigned() && count->get<size_t>() <= received_fds_.size();
  if (!counted) throw Error("a message on the control socket came without its descriptors");
  for (size_t i = count->get<size_t>(); i > 0; i--) {
    message.fds.push_back(std::move(received_fds_.front()));
    received_fds_.pop_front();
    if (lost_after_) --*lost_after_;
  }
  message.body.erase("fds");
  return message;
}

}  // namespace flowbed
