// TlsStream: a ByteStream under TLS.
#pragma once

#include <memory>

#include "switchd/openflow/channel/byte_stream.hh"

struct ssl_st;

namespace flowbed::sw::ofp {

class TlsStream : public ByteStream {
 public:
  struct FreeSession {
    void operator()(ssl_st* session) const;
  };
  using Session = std::unique_ptr<ssl_st, FreeSession>;

  TlsStream(FileDescriptor socket, Session session);  // of a session that knows its side
  ~TlsStream() override;

  std::optional<size_t> read(std::span<uint8_t> into) override;
  std::optional<size_t> write(std::span<const uint8_t> from) override;

 private:
  bool may_hear_why() const;
  std::optional<size_t> outcome(int size, uint32_t& waits_for);
  [[noreturn]] void fail(int system_fault);

  Session session_;
  bool has_read_ = false, failed_ = false;
};

}  // namespace flowbed::sw::ofp
