// Certificates for tests: authorities, and identities that they have signed.
#pragma once

#include <chrono>

#include "switchd/openflow/channel/tls.hh"

namespace flowbed::sw::ofp::test {

struct Certified {
  PemText private_key, certificate;
};

// Signed by itself.
Certified make_authority(const std::string& name);
// Valid from a day before its end on.
Certified make_certified(const std::string& name, const Certified& authority,
                         std::chrono::seconds ends_in = std::chrono::hours(24));

// `who`, believing whom `authority` has signed.
inline TlsIdentity identity(const Certified& who, const Certified& authority) {
  return {who.private_key, who.certificate, authority.certificate};
}

}  // namespace flowbed::sw::ofp::test
