#include "core/engine/tls_files.hh"

#include "core/base/error.hh"
#include "core/engine/regular_file.hh"

namespace flowbed {
namespace {

constexpr off_t kMaxSize = 1 << 20;  // of PEM text, bytes

Json read_pem(const std::string& file) {
  return {{"file", file}, {"text", read_regular_file(file, kMaxSize)}};
}

}  // namespace

Json read_tls_files(const TlsFiles& files) {
  Json identity = Json::object();
  if (files.is_none()) return identity;
  const std::pair<const char*, const std::string&> all[] = {{"private_key", files.private_key},
                                                            {"certificate", files.certificate},
                                                            {"ca_certificate", files.ca_certificate}};
  for (const auto& [member, file] : all) {
    try {
      identity[member] = read_pem(file);
    } catch (const Error& fault) {
      throw Error(std::string("tls.") + member + ": " + fault.what() +
                  "; name a file in PEM form that you may read");
    }
  }
  return identity;
}

}  // namespace flowbed
