"""Runs a command on a kernel that seems to lack something: without.py WHAT COMMAND…

A seccomp filter lets the system calls fail that would use it. The command and all that it starts cannot gain privileges.
"""
import ctypes
import os
import platform
import struct
import sys

CALLS = {"x86_64": {"socket": 41, "setsockopt": 54}, "aarch64": {"socket": 198, "setsockopt": 208}}
# The call, which argument has which value, and the error.
LACKS = {
    "nftables": ("socket", {0: 16, 2: 12}, 93),             # AF_NETLINK, NETLINK_NETFILTER: EPROTONOSUPPORT
    "received marks": ("setsockopt", {1: 1, 2: 75}, 92),    # SOL_SOCKET, SO_RCVMARK: ENOPROTOOPT
}

LOAD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2


def program(what):
    name, arguments, error = LACKS[what]
    tests = [(0, CALLS[platform.machine()][name]), *((16 + 8 * number, value) for number, value in arguments.items())]
    code = []
    for number, (offset, value) in enumerate(tests):
        left = 2 * (len(tests) - number) - 1  # instructions behind the comparison until the one that allows
        code += [struct.pack("HBBI", LOAD, 0, 0, offset), struct.pack("HBBI", JUMP_EQUAL, 0, left, value)]
    return code + [struct.pack("HBBI", RETURN, 0, 0, FAIL | error), struct.pack("HBBI", RETURN, 0, 0, ALLOW)]


def install(what):
    code = program(what)
    filter_code = ctypes.create_string_buffer(b"".join(code))
    header = struct.pack("HxxxxxxP", len(code), ctypes.addressof(filter_code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


if __name__ == "__main__":
    install(sys.argv[1])
    os.execvp(sys.argv[2], sys.argv[2:])
