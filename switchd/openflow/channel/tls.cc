#include "switchd/openflow/channel/tls.hh"

#include <functional>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "core/base/error.hh"
#include "switchd/openflow/channel/tls_stream.hh"

namespace flowbed::sw::ofp {
namespace {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;

// What OpenSSL says last; empties its list of faults.
std::string reason() {
  const char* text = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return text == nullptr ? "unknown fault" : text;
}

[[noreturn]] void refuse(const PemText& pem, const std::string& fault) {
  throw Error(pem.file + ": " + fault);
}

Bio open_text(const PemText& pem) {
  return Bio(BIO_new_mem_buf(pem.text.data(), static_cast<int>(pem.text.size())));
}

// OpenSSL would ask at a terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

Key read_key(const PemText& pem) {
  Key key(PEM_read_bio_PrivateKey(open_text(pem).get(), nullptr, no_passphrase, nullptr));
  if (!key)
    refuse(pem, "this is no private key in PEM form, or it has a passphrase (" + reason() +
                    "); \"openssl pkey -in FILE -out NEW-FILE\" writes one without");
  return key;
}

// `each` says whether the certificate can be used.
void for_each_certificate(const PemText& pem, const std::function<bool(X509*, bool is_first)>& each) {
  const Bio text = open_text(pem);
  bool is_first = true;
  while (const Certificate certificate{PEM_read_bio_X509(text.get(), nullptr, no_passphrase, nullptr)}) {
    if (!each(certificate.get(), std::exchange(is_first, false)))
      refuse(pem, "this certificate cannot be used: " + reason());
  }
  if (is_first || ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
    refuse(pem, "this is no certificate in PEM form (" + reason() +
                    "); such a file has the line -----BEGIN CERTIFICATE-----");
  ERR_clear_error();
}

void set_rules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

void show(SSL_CTX* context, const TlsIdentity& identity) {
  const Key key = read_key(identity.private_key);
  for_each_certificate(identity.certificate, [&](X509* certificate, bool is_first) {
    if (!is_first) return SSL_CTX_add1_chain_cert(context, certificate) == 1;
    if (X509_check_private_key(certificate, key.get()) != 1)
      refuse(identity.private_key, "this is not the key of the certificate in " + identity.certificate.file +
                                       "; give the two that were made together");
    return SSL_CTX_use_certificate(context, certificate) == 1;
  });
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1)
    refuse(identity.private_key, "this key cannot be used: " + reason());
}

void believe(SSL_CTX* context, const PemText& authorities) {
  for_each_certificate(authorities, [&](X509* certificate, bool) {
    return X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate) == 1 &&
           SSL_CTX_add_client_CA(context, certificate) == 1;
  });
}

std::unique_ptr<ByteStream> stream(SSL_CTX* context, FileDescriptor socket, void (*take_side)(SSL*)) {
  if (context == nullptr)
    throw Error("TLS needs certificates; give a private key, a certificate and that of the authority");
  TlsStream::Session session(SSL_new(context));
  if (!session) throw Error("begin TLS: " + reason());
  take_side(session.get());
  return std::make_unique<TlsStream>(std::move(socket), std::move(session));
}

}  // namespace

Tls::Tls(const TlsIdentity& identity) {
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  ERR_clear_error();
  context_ = std::shared_ptr<SSL_CTX>(SSL_CTX_new(TLS_method()), SSL_CTX_free);
  if (!context_) throw Error("set up TLS: " + reason());
  set_rules(context_.get());
  show(context_.get(), identity);
  believe(context_.get(), identity.ca_certificate);
}

std::unique_ptr<ByteStream> Tls::connect(FileDescriptor socket) const {
  return stream(context_.get(), std::move(socket), SSL_set_connect_state);
}

std::unique_ptr<ByteStream> Tls::accept(FileDescriptor socket) const {
  return stream(context_.get(), std::move(socket), SSL_set_accept_state);
}

}  // namespace flowbed::sw::ofp
