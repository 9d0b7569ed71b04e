#include "switchd/openflow/channel/byte_stream.hh"

#include <cstring>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "core/base/error.hh"
#include "core/base/tcp_socket.hh"

namespace flowbed::sw::ofp {
namespace {

std::optional<size_t> moved(ssize_t size) {
  if (size >= 0) return static_cast<size_t>(size);
  if (errno == EAGAIN || errno == EINTR) return std::nullopt;
  throw Error(strerror(errno));
}

class PlainStream : public ByteStream {
 public:
  using ByteStream::ByteStream;

  std::optional<size_t> read(std::span<uint8_t> into) override {
    return moved(recv(socket(), into.data(), into.size(), MSG_DONTWAIT));
  }
  std::optional<size_t> write(std::span<const uint8_t> from) override {
    return moved(send(socket(), from.data(), from.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
  }
};

}  // namespace

ByteStream::ByteStream(FileDescriptor socket) : socket_(std::move(socket)), peer_(peer_name(socket_.get())) {
  const int on = 1;  // answers are small, and waited for
  setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

std::unique_ptr<ByteStream> plain_stream(FileDescriptor socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

}  // namespace flowbed::sw::ofp
