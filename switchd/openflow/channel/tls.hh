// Tls: who the switches are, and whom they believe, in OpenFlow channels under TLS.
//
// Both sides show a certificate, and each is believed only if an authority that the other was given has
// signed it; there is no way to leave that out. As with Open vSwitch the address in a certificate is not
// looked at: whoever has one of this authority may be a controller. TLS 1.2 and newer; no sessions are
// resumed, so that every connection is judged anew.
//
// switchd can open no file once it is confined, and OpenSSL needs none: the PEM text comes from outside, and
// the machine's openssl.cnf is not read.
#pragma once

#include <memory>
#include <string>

#include "switchd/openflow/channel/byte_stream.hh"

struct ssl_ctx_st;

namespace flowbed::sw::ofp {

struct PemText {
  std::string file;  // where it was read, for messages
  std::string text;
  bool operator==(const PemText&) const = default;
};

struct TlsIdentity {
  PemText private_key;
  PemText certificate;     // and, after it, those between it and the authority
  PemText ca_certificate;  // of the authorities that are believed; at least one
  bool operator==(const TlsIdentity&) const = default;
};

class Tls {
 public:
  Tls() = default;  // without an identity: nobody can be spoken to
  // Throws Error that names the file, the fault and the remedy.
  explicit Tls(const TlsIdentity& identity);

  explicit operator bool() const { return context_ != nullptr; }

  // The handshake is part of the stream's first reads and writes. `socket` is connected. What is open keeps
  // the identity that it began with. Throw Error: there is no identity.
  std::unique_ptr<ByteStream> connect(FileDescriptor socket) const;
  std::unique_ptr<ByteStream> accept(FileDescriptor socket) const;

 private:
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace flowbed::sw::ofp
