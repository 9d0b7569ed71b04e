// Confinement: what switchd gives up once its sockets are open.
//
// It parses what anyone in a host may send. Should somebody talk it into more than forwarding, it has no
// capability (not even over its own user namespace), cannot gain any, cannot start programs or processes,
// enter namespaces, open files, or open a socket to anywhere: a filter allows what forwarding needs,
// answers EPERM to the rest, and ends the process at calls that only an intruder makes.
#pragma once

namespace flowbed::sw {

// A switchd without an engine makes the sockets of its channels itself.
enum class TcpSockets { kForbidden, kAllowed };

// The nft datapath changes the kernel's tables of this network namespace all the time.
enum class NetworkRights { kNone, kAdministration };

// Of the whole process, for ever. What it has open stays open. Throws SystemError.
void confine(TcpSockets sockets = TcpSockets::kForbidden, NetworkRights rights = NetworkRights::kNone);

// A sanitizer's runtime does more than forwarding needs.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kCanBeConfined = false;
#else
inline constexpr bool kCanBeConfined = true;
#endif

}  // namespace flowbed::sw
