// Why TLS with somebody has come to nothing, in words.
#pragma once

#include <string>

namespace flowbed::sw::ofp {

// "certificate of 10.0.0.1: certificate has expired". `peer` is "10.0.0.1:6653"; `verdict` is that of OpenSSL
// on its certificate, `fault` an entry of OpenSSL's list.
std::string tls_fault(const std::string& peer, long verdict, unsigned long fault);

}  // namespace flowbed::sw::ofp
