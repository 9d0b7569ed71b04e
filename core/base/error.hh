// Errors, at the boundary where they happen.
//
// A message to a person names the thing, what is wrong, and what to do about it. System calls go through
// `check_syscall`, which throws with the attempt and the errno text. Nothing on the packet path throws.
#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace flowbed {

// A fault that a person can read and act upon; what() is the whole message.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Which limit was reached, and how it is raised; empty for other faults.
inline const char* limit_remedy(int errnum) {
  if (errnum == EMFILE)
    return " (the limit of a process: \"ulimit -Hn\" shows it, and the machine's owner raises it)";
  if (errnum == ENFILE) return " (the machine's limit: sysctl fs.file-max)";
  return "";
}

// A system call that failed: what() is "<attempt>: <errno text>", and a remedy where a limit was reached.
class SystemError : public Error {
 public:
  SystemError(const std::string& attempt, int errnum)
      : Error(attempt + ": " + std::generic_category().message(errnum) + limit_remedy(errnum)),
        errnum_(errnum) {}
  int errnum() const { return errnum_; }

 private:
  int errnum_;
};

// Returns `rv`, or throws SystemError(attempt, errno) if it is negative.
template <class Result>
Result check_syscall(const char* attempt, Result rv) {
  if (rv < 0) throw SystemError(attempt, errno);
  return rv;
}

template <class Result>
Result check_syscall(const std::string& attempt, Result rv) {
  if (rv < 0) throw SystemError(attempt, errno);
  return rv;
}

}  // namespace flowbed
