#include "switchd/openflow/channel/tls_stream.hh"

#include <cstring>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "core/base/error.hh"
#include "switchd/openflow/channel/tls_faults.hh"

namespace flowbed::sw::ofp {
namespace {

// Those of others: after the end of a socket none is set.
void forget_faults() {
  ERR_clear_error();
  errno = 0;
}

}  // namespace

void TlsStream::FreeSession::operator()(ssl_st* session) const { SSL_free(session); }

TlsStream::TlsStream(FileDescriptor socket, Session session)
    : ByteStream(std::move(socket)), session_(std::move(session)) {
  if (SSL_set_fd(session_.get(), this->socket()) != 1) throw Error("begin TLS: out of memory");
}

// The other side is told, if it can be without waiting, that this is the end and nothing was cut off.
TlsStream::~TlsStream() {
  if (!failed_ && SSL_is_init_finished(session_.get())) SSL_shutdown(session_.get());
  ERR_clear_error();
}

std::optional<size_t> TlsStream::read(std::span<uint8_t> into) {
  read_waits_for_ = EPOLLIN;
  forget_faults();
  const int size = SSL_read(session_.get(), into.data(), static_cast<int>(into.size()));
  has_read_ = has_read_ || size > 0;
  return outcome(size, read_waits_for_);
}

std::optional<size_t> TlsStream::write(std::span<const uint8_t> from) {
  write_waits_for_ = EPOLLOUT;
  forget_faults();
  const int size = SSL_write(session_.get(), from.data(), static_cast<int>(from.size()));
  if (size > 0 || !may_hear_why()) return outcome(size, write_waits_for_);
  write_waits_for_ = EPOLLIN;
  return std::nullopt;
}

// Who does not accept our certificate says so when, for us, the handshake is over, and resets the connection:
// then the reason is still to be read.
bool TlsStream::may_hear_why() const {
  return !has_read_ && (errno == ECONNRESET || errno == EPIPE) && SSL_is_init_finished(session_.get());
}

std::optional<size_t> TlsStream::outcome(int size, uint32_t& waits_for) {
  const int system_fault = errno;
  if (size > 0) return static_cast<size_t>(size);
  switch (SSL_get_error(session_.get(), size)) {
    case SSL_ERROR_WANT_READ:
      waits_for = EPOLLIN;
      return std::nullopt;
    case SSL_ERROR_WANT_WRITE:
      waits_for = EPOLLOUT;
      return std::nullopt;
    case SSL_ERROR_ZERO_RETURN:
      return 0;
    default:
      fail(system_fault);
  }
}

void TlsStream::fail(int system_fault) {
  failed_ = true;
  if (const unsigned long fault = ERR_peek_error(); fault != 0)
    throw Error(tls_fault(peer(), SSL_get_verify_result(session_.get()), fault));
  const std::string end = system_fault != 0 ? strerror(system_fault) : "it has closed the connection";
  throw Error(SSL_is_init_finished(session_.get()) ? end : end + ", in the TLS handshake");
}

}  // namespace flowbed::sw::ofp
