#include "switchd/openflow/channel/tls_faults.hh"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace flowbed::sw::ofp {
namespace {

std::string address_of(const std::string& peer) {
  const std::string address = peer.substr(0, peer.rfind(':'));
  return address.starts_with('[') ? address.substr(1, address.size() - 2) : address;
}

bool is_about_certificates(int alert) {
  switch (alert) {
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case SSL_AD_CERTIFICATE_REQUIRED:
      return true;
    default:
      return false;
  }
}

// What the other side has said before it hung up.
std::string refusal(const std::string& who, int alert) {
  const std::string words = SSL_alert_desc_string_long(alert);
  return is_about_certificates(alert) ? who + " does not accept the switch's certificate: " + words
                                      : who + " has ended TLS: " + words;
}

}  // namespace

std::string tls_fault(const std::string& peer, long verdict, unsigned long fault) {
  const std::string who = address_of(peer);
  if (verdict != X509_V_OK) return "certificate of " + who + ": " + X509_verify_cert_error_string(verdict);
  const int number = ERR_GET_REASON(fault);
  if (ERR_GET_LIB(fault) == ERR_LIB_SSL && number > SSL_AD_REASON_OFFSET)
    return refusal(who, number - SSL_AD_REASON_OFFSET);
  switch (number) {
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return who + " shows no certificate";
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
      return who + " does not speak TLS";
    default: {
      const char* reason = ERR_reason_error_string(fault);
      return "TLS with " + who + ": " + (reason == nullptr ? "unknown fault" : reason);
    }
  }
}

}  // namespace flowbed::sw::ofp
