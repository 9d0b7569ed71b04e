#include "core/engine/stand_ins.hh"

#include <cstdlib>
#include <sstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.hh"
#include "core/engine/x_authority.hh"

namespace flowbed {
namespace {

constexpr const char* kSudo = R"script(#!/bin/sh
# Flowbed's stand-in for sudo: in a host of a network without root, you are root already.
user=root mode=run ends=
while [ $# -gt 0 ]; do
  case $1 in
    --) shift; break ;;
    --user=*) user=${1#*=} ;;
    --user) user=$2; shift ;;
    --login|--shell) mode=shell ;;
    --list|--validate|--remove-timestamp) ends=yes ;;
    --reset-timestamp) ends=unless-command ;;
    --group|--host|--prompt|--close-from|--chdir|--chroot|--role|--type|--command-timeout|--other-user) shift ;;
    --*) ;;
    -?*)  # letters together; one that takes a value takes the rest, or the next word
      letters=${1#-}
      while [ -n "$letters" ]; do
        rest=${letters#?} letter=${letters%"$rest"} letters=$rest
        case $letter in
          u) if [ -n "$rest" ]; then user=$rest; else user=$2; shift; fi; letters= ;;
          [CDghpRrTtU]) [ -n "$rest" ] || shift; letters= ;;
          i|s) mode=shell ;;
          l|v|K) ends=yes ;;
          k) ends=unless-command ;;
        esac
      done ;;
    [A-Za-z_]*=*) export "$1" ;;
    *) break ;;
  esac
  shift
done
[ "$ends" != yes ] || exit 0
[ "$ends" != unless-command ] || [ $# -gt 0 ] || exit 0
if [ $# -eq 0 ]; then
  [ $mode = shell ] || { echo "usage: sudo [-u USER] [-i|-s] COMMAND..." >&2; exit 1; }
  set -- "${SHELL:-/bin/sh}"
elif [ $mode = shell ]; then
  set -- "${SHELL:-/bin/sh}" -c 'exec "$0" "$@"' "$@"
fi
case $user in
  root|'#0') ;;
  *) set -- setpriv --reuid "$(id -u "${user#\#}")" --regid "$(id -g "${user#\#}")" --clear-groups "$@" ;;
esac
export SUDO_USER="${SUDO_USER:-root}" SUDO_UID="${SUDO_UID:-0}" SUDO_GID="${SUDO_GID:-0}"
exec "$@"
)script";

// What a user may keep there by mistake or habit (a folder, a pipe, a device) is not read.
std::string read_small_file(const std::string& path) {
  constexpr off_t kSmall = 1 << 20;
  const FileDescriptor file(path.empty() ? -1 : ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  if (!file || fstat(file.get(), &status) < 0 || !S_ISREG(status.st_mode) || status.st_size > kSmall)
    return "";
  std::string content(static_cast<size_t>(status.st_size), '\0');
  const ssize_t n = ::read(file.get(), content.data(), content.size());
  content.resize(n < 0 ? 0 : static_cast<size_t>(n));
  return content;
}

std::string x_authority_file() {
  const char* given = std::getenv("XAUTHORITY");
  if (given != nullptr && *given != '\0') return given;
  const char* home = std::getenv("HOME");
  return home != nullptr ? std::string(home) + "/.Xauthority" : "";
}

}  // namespace

StandIns::StandIns(const std::string& folder, IdMode ids) : folder_(folder) {
  const std::string cookies = read_small_file(x_authority_file());
  if (!cookies.empty()) add(x_authority_file(), with_any_hostname(cookies), 0600);
  if (ids == IdMode::root) return;
  add("/usr/bin/sudo", kSudo, 0755);
  add("/etc/shadow", shadow_for(read_small_file("/etc/passwd")), 0640);
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
