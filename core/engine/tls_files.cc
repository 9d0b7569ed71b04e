#include "core/engine/tls_files.hh"

#include <sys/stat.h>

#include "core/base/error.hh"
#include "core/base/fd.hh"

namespace flowbed {
namespace {

constexpr off_t kMaxSize = 1 << 20;  // of PEM text, bytes

// Neither a pipe, which would have us wait, nor something without an end.
void check_kind(const std::string& file) {
  struct stat facts {};
  check_syscall("read " + file, stat(file.c_str(), &facts));
  if (!S_ISREG(facts.st_mode)) throw Error(file + " is no regular file");
  if (facts.st_size > kMaxSize) throw Error(file + " is too large for keys and certificates");
}

Json read_pem(const std::string& file) {
  if (!file.starts_with('/')) throw Error(file + " is no absolute path");
  check_kind(file);
  return {{"file", file}, {"text", read_file(file)}};
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
