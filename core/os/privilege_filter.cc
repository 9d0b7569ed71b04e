#include "core/os/privilege_filter.hh"

#include <memory>

#include <seccomp.h>

#include "core/base/error.hh"

namespace flowbed {

void install_privilege_filter() {
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(SCMP_ACT_ALLOW),
                                                                seccomp_release);
  if (!filter) throw Error("set up the privilege filter: out of memory");
  seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_NNP,
                   0);  // inside its namespace a command may still run sudo
  seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);  // 32-bit programs go unfiltered
  for (const int call :
       {SCMP_SYS(setgroups), SCMP_SYS(setfsuid), SCMP_SYS(setfsgid), SCMP_SYS(setuid), SCMP_SYS(setgid),
        SCMP_SYS(setreuid), SCMP_SYS(setregid), SCMP_SYS(setresuid), SCMP_SYS(setresgid), SCMP_SYS(chown),
        SCMP_SYS(fchown), SCMP_SYS(lchown), SCMP_SYS(fchownat)}) {
    const int rv = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(0), call, 0);
    if (rv < 0) throw SystemError("set up the privilege filter", -rv);
  }
  if (const int rv = seccomp_load(filter.get()); rv < 0)
    throw SystemError("install the privilege filter", -rv);
}

}  // namespace flowbed
