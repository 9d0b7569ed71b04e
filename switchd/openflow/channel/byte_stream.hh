// ByteStream: the bytes of one connected socket that does not block; as they come, or under TLS
// (tls_stream.hh).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <sys/epoll.h>

#include "core/base/fd.hh"

namespace flowbed::sw::ofp {

class ByteStream {
 public:
  explicit ByteStream(FileDescriptor socket);
  virtual ~ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  int socket() const { return socket_.get(); }
  const std::string& peer() const { return peer_; }  // "10.0.0.1:6653"

  // How many bytes were moved; 0: the other side has closed; none: nothing can be moved now. Neither span is
  // empty; `into` has room for 16,384 bytes, so that nothing that has been decrypted stays behind. Throw
  // Error: the connection is of no use any more.
  virtual std::optional<size_t> read(std::span<uint8_t> into) = 0;
  virtual std::optional<size_t> write(std::span<const uint8_t> from) = 0;

  // The event of epoll upon which it is worth trying again. (TLS may have to read before it can write.)
  uint32_t read_waits_for() const { return read_waits_for_; }
  uint32_t write_waits_for() const { return write_waits_for_; }

 protected:
  uint32_t read_waits_for_ = EPOLLIN, write_waits_for_ = EPOLLOUT;

 private:
  FileDescriptor socket_;
  const std::string peer_;
};

std::unique_ptr<ByteStream> plain_stream(FileDescriptor socket);

}  // namespace flowbed::sw::ofp
