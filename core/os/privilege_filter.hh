// The filter of single-id networks. Inside a user namespace with one id, a program that drops its privileges
// fails: there is nobody else to become. This seccomp filter lets the calls that change ids and owners
// succeed without effect, which is harmless, for such a program never had more than the user's own rights.
#pragma once

namespace flowbed {

// For the calling process and its children, for good. Call between fork and exec; throws Error.
void install_privilege_filter();

}  // namespace flowbed
