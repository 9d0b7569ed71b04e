"""A switch by itself with three ports in a machine of its own, ovs-ofctl at its passive port, and frames at its other end.

Port N is pN; what is sent at its peer eN comes in there.
"""
import contextlib
import ctypes
import errno
import os
import re
import socket
import struct
import subprocess

from conftest import BIN, SLOWNESS, wait_until
from openflow_rig import listens

PORTS = (1, 2, 3)
CLONE_NEWNET = 0x40000000
SOL_PACKET, PACKET_IGNORE_OUTGOING, PACKET_AUXDATA, TP_STATUS_VLAN_VALID = 263, 23, 8, 0x10
QUIET = "for f in all default; do echo 1 > /proc/sys/net/ipv6/conf/$f/disable_ipv6; done; "
LINKS = "".join(f"ip link add p{n} type veth peer name e{n}; ip link set p{n} up; ip link set e{n} up; " for n in PORTS)


def ethernet(kind, payload, src="020000000001", dst="020000000002"):
    return bytes.fromhex(dst + src) + kind.to_bytes(2, "big") + payload.ljust(46, b"\0")


def ipv4(protocol, payload, fragment=0, tos=0, ttl=64, src=(10, 0, 0, 1), dst=(10, 0, 0, 2)):
    """With a right checksum; `fragment` is the field of flags and offset."""
    header = bytes([0x45, tos]) + (20 + len(payload)).to_bytes(2, "big") + b"\0\1" + fragment.to_bytes(2, "big") + bytes([ttl, protocol])
    rest = bytes(src) + bytes(dst)
    total = sum(int.from_bytes((header + rest)[i:i + 2], "big") for i in range(0, 18, 2))
    total = (total & 0xffff) + (total >> 16)
    return ethernet(0x0800, header + (0xffff - (total & 0xffff) - (total >> 16)).to_bytes(2, "big") + rest + payload)


def udp(src_port, dst_port, payload=b"", **options):
    return ipv4(17, src_port.to_bytes(2, "big") + dst_port.to_bytes(2, "big") + (8 + len(payload)).to_bytes(2, "big") + b"\0\0" + payload, **options)


@contextlib.contextmanager
def inside(namespace):
    """What this thread opens meanwhile lies in that network namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/thread-self/ns/net", "rb") as own, open(namespace, "rb") as other:
        assert libc.setns(other.fileno(), CLONE_NEWNET) == 0
        try:
            yield
        finally:
            assert libc.setns(own.fileno(), CLONE_NEWNET) == 0


def receive(end):
    """One frame as on the wire: the kernel hands over its outer tag apart from it."""
    frame, [(_, _, facts)], _, _ = end.recvmsg(65536, 100)
    status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", facts)
    return frame[:12] + struct.pack("!HH", tpid, tci) + frame[12:] if status & TP_STATUS_VLAN_VALID else frame


class Answer:
    """What ovs-ofctl said."""

    def __init__(self, done):
        self.text, self.errors, self.status = done.stdout, done.stderr, done.returncode

    @property
    def all(self):
        return self.text + self.errors

    def lines(self, pattern):
        return [line.strip() for line in self.text.splitlines() if re.search(pattern, line)]


class Switch:
    def __init__(self, machine, version="1.3", datapath="userspace"):
        self._machine, self.version = machine, version
        subprocess.run([*machine, "sh", "-c", QUIET + LINKS], check=True)
        self._program = subprocess.Popen(self.command(str(BIN / "flowbed-switchd"), "--datapath", datapath, "--bridge", "s1", "--dpid", "0x2a", "--ports",
                                                      "p1,p2,p3", "--listen", "ptcp:6654", "--fail-mode", "secure"))
        with inside(machine[1].removeprefix("--net=")):
            self._ends = {port: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) for port in PORTS}
        for port, end in self._ends.items():
            end.bind((f"e{port}", 3))
            end.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
            end.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
            end.settimeout(0)
        assert wait_until(lambda: listens(machine, 6654))

    def close(self):
        for end in self._ends.values():
            end.close()
        self._program.terminate()
        assert self._program.wait(10) == 0

    def command(self, *words):
        return [*self._machine, *words]

    def ofctl(self, *words, stdin=None, check=True, protocol=None):
        """SWITCH in `words` becomes the target."""
        words = ["tcp:127.0.0.1:6654" if word == "SWITCH" else word for word in words]
        protocol = protocol or "OpenFlow" + self.version.replace(".", "")
        done = subprocess.run(self.command("ovs-ofctl", f"--timeout={10 * SLOWNESS}", "--unixctl=none", "-O", protocol, *words),
                              input=stdin, capture_output=True, text=True, timeout=30 * SLOWNESS)
        if check:
            assert done.returncode == 0 and "OFPT_ERROR" not in done.stdout + done.stderr, (words, done.stdout, done.stderr)
        return Answer(done)

    def fails(self, *words, **options):
        """The kind of the fault that the switch answered with."""
        answer = self.ofctl(*words, check=False, **options)
        found = re.search(r"OFPT_ERROR.*: (\w+)|Error (\w+) for", answer.all)
        assert found, (words, answer.all)
        return found[1] or found[2]

    def add_flows(self, *flows):
        return self.ofctl("add-flows", "SWITCH", "-", stdin="\n".join(flows))

    def flows(self, *words):
        """Rules as text without what changes by itself."""
        return self.ofctl("--no-stats", *words[:-1], "dump-flows", "SWITCH", *words[-1:]).lines("actions=")

    @contextlib.contextmanager
    def monitor(self, *words):
        """A running `ovs-ofctl monitor`, when it has settled; its `text` grows meanwhile, and is complete at the end."""
        protocol = "OpenFlow" + self.version.replace(".", "")
        watcher = Monitor(self.command("ovs-ofctl", "--unixctl=none", "-O", protocol, "monitor", "tcp:127.0.0.1:6654", *words))
        try:
            yield watcher
        finally:
            watcher.close()

    def send(self, port, frame):
        self._ends[port].send(frame)

    def received(self, port):
        """Frames that have come to the end of the port since it was last asked."""
        frames = []
        while True:
            try:
                frames.append(receive(self._ends[port]))
            except BlockingIOError:
                return frames
            except OSError as fault:
                assert fault.errno == errno.ENETDOWN, fault  # said once after set_link

    def passes(self, port, frame, marked=PORTS):
        """What comes out of each port if `frame` comes in at `port`: {port: [frame, …]}.

        Frames by packet-out follow it, and show on the ports `marked` when it has been handled. (One that the switch was
        told of after two answers was told of after the frame, though both came by different sockets.)
        """
        for each in PORTS:
            self.received(each)
        self.send(port, frame)
        self.ofctl("probe", "SWITCH")
        mark = bytes.fromhex("ffffffffffff020000000fff88b6") + os.urandom(46)
        self.ofctl("packet-out", "SWITCH", "controller", ",".join(f"output:{each}" for each in marked), mark.hex())
        seen = {each: [] for each in PORTS}

        def marks_are_there():
            for each, frames in seen.items():
                frames.extend(self.received(each))
            return all(mark in seen[each] for each in marked)
        assert wait_until(marks_are_there), seen
        return {each: [one for one in frames if one != mark] for each, frames in seen.items()}

    def gathered(self, ports):
        """What is there when each of `ports` has got something: {port: [frame, …]}."""
        seen = {}

        def look():
            for each in PORTS:
                if frames := self.received(each):
                    seen.setdefault(each, []).extend(frames)
            return all(port in seen for port in ports)
        assert wait_until(look), seen
        return seen

    def set_link(self, port, state):
        """Of the other end: carrier follows."""
        subprocess.run(self.command("ip", "link", "set", f"e{port}", state), check=True)

    def outputs(self, port, frame, marked=PORTS):
        """The ports where it comes out."""
        return [each for each, frames in self.passes(port, frame, marked).items() if frames]


class Monitor:
    def __init__(self, command):
        self._program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        os.set_blocking(self._program.stdout.fileno(), False)
        self.text = ""

    def sees_now(self, pattern):
        return re.search(pattern, self._read(), re.S) is not None

    def sees(self, pattern):
        return wait_until(lambda: self.sees_now(pattern))

    def _read(self):
        self.text += (self._program.stdout.read() or b"").decode()
        return self.text

    def close(self):
        self._program.terminate()
        self._program.wait(10)
        self._read()
