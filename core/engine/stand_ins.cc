#include "core/engine/stand_ins.hh"

#include <cstdlib>
#include <sstream>

#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/engine/x_authority.hh"

namespace flowbed {
namespace {

constexpr const char* kSudo = R"script(#!/bin/sh
# Flowbed's stand-in for sudo: in a host of a network without root, you are root already.
user=root
while [ $# -gt 0 ]; do
  case $1 in
    -u|--user) user=$2; shift 2 ;;
    -u*) user=${1#-u}; shift ;;
    --user=*) user=${1#*=}; shift ;;
    -[CDghpRrTtU]) shift 2 ;;
    -i|-s|--login|--shell) shell=1; shift ;;
    -l|-v|-k|-K|--list|--validate) exit 0 ;;
    --) shift; break ;;
    -*) shift ;;
    [A-Za-z_]*=*) export "$1"; shift ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || set -- "${SHELL:-/bin/sh}"
[ -z "$shell" ] || [ "$*" = "${SHELL:-/bin/sh}" ] || set -- "${SHELL:-/bin/sh}" -c "$*"
[ "$user" = root ] || [ "$user" = '#0' ] || set -- setpriv --reuid "$(id -u "${user#\#}")" --regid "$(id -g "${user#\#}")" --clear-groups "$@"
export SUDO_USER="${SUDO_USER:-root}" SUDO_UID="${SUDO_UID:-0}" SUDO_GID="${SUDO_GID:-0}"
exec "$@"
)script";

std::string x_authority_file() {
  const char* given = std::getenv("XAUTHORITY");
  if (given != nullptr && *given != '\0') return given;
  const char* home = std::getenv("HOME");
  return home != nullptr ? std::string(home) + "/.Xauthority" : "";
}

std::string read_if_there(const std::string& path) {
  return !path.empty() && access(path.c_str(), R_OK) == 0 ? read_file(path) : "";
}

}  // namespace

StandIns::StandIns(const std::string& folder, IdMode ids) : folder_(folder) {
  const std::string cookies = read_if_there(x_authority_file());
  if (!cookies.empty()) add(x_authority_file(), with_any_hostname(cookies), 0600);
  if (ids == IdMode::root) return;
  add("/usr/bin/sudo", kSudo, 0755);
  add("/etc/shadow", shadow_for(read_if_there("/etc/passwd")), 0640);
}

void StandIns::add(const std::string& target, const std::string& content, unsigned mode) {
  const std::string source = folder_ + "/stand-in." + std::to_string(files_.size());
  write_file(source, content);
  check_syscall("make " + source, chmod(source.c_str(), mode));
  files_.push_back({source, target, true});
}

std::string shadow_for(const std::string& passwd) {
  std::string shadow;
  std::istringstream lines(passwd);
  for (std::string line; std::getline(lines, line);) {
    const size_t colon = line.find(':');
    if (colon != std::string::npos && colon > 0) shadow += line.substr(0, colon) + ":*:::::::\n";
  }
  return shadow;
}

}  // namespace flowbed
