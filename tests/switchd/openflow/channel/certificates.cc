#include "tests/switchd/openflow/channel/certificates.hh"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace flowbed::sw::ofp::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio bio_of(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

template <class Write>
std::string text_of(Write write) {
  const Bio bio{BIO_new(BIO_s_mem()), BIO_free};
  write(bio.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<size_t>(size)};
}

void set_name(X509_NAME* entry, const std::string& name) {
  X509_NAME_add_entry_by_txt(entry, "CN", MBSTRING_ASC, reinterpret_cast<const uint8_t*>(name.data()),
                             static_cast<int>(name.size()), -1, 0);
}

Certified make(const std::string& name, const Certified* authority, std::chrono::seconds ends_in) {
  static long serial = 0;
  const Key key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  const Certificate made{X509_new(), X509_free};
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
  const long end = static_cast<long>(ends_in.count());
  X509_gmtime_adj(X509_getm_notBefore(made.get()), std::min(end, 0L) - 86400);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), end);
  X509_set_pubkey(made.get(), key.get());
  set_name(X509_get_subject_name(made.get()), name);
  if (authority == nullptr) {
    X509_EXTENSION* is_authority =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "critical,CA:TRUE");
    X509_add_ext(made.get(), is_authority, -1);
    X509_EXTENSION_free(is_authority);
    X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
    X509_sign(made.get(), key.get(), EVP_sha256());
  } else {
    const Certificate issuer{
        PEM_read_bio_X509(bio_of(authority->certificate.text).get(), nullptr, nullptr, nullptr), X509_free};
    const Key signing{
        PEM_read_bio_PrivateKey(bio_of(authority->private_key.text).get(), nullptr, nullptr, nullptr),
        EVP_PKEY_free};
    X509_set_issuer_name(made.get(), X509_get_subject_name(issuer.get()));
    X509_sign(made.get(), signing.get(), EVP_sha256());
  }
  return {{name + "-key.pem", text_of([&](BIO* bio) {
             PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
           })},
          {name + "-cert.pem", text_of([&](BIO* bio) { PEM_write_bio_X509(bio, made.get()); })}};
}

}  // namespace

Certified make_authority(const std::string& name) { return make(name, nullptr, std::chrono::hours(24)); }

Certified make_certified(const std::string& name, const Certified& authority, std::chrono::seconds ends_in) {
  return make(name, &authority, ends_in);
}

}  // namespace flowbed::sw::ofp::test
