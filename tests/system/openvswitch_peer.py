"""An Open vSwitch of the test's own: dummy datapath and ports, no devices, nothing of the system's service or its folders.

Network, mount and process namespaces are new; the first process's end ends the daemons. /run and /etc/openvswitch are empty inside.
"""
import pathlib
import shutil
import struct
import subprocess

from conftest import SLOWNESS, wait_until
from switch_rig import Answer

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
NEEDED = ("ovs-vswitchd", "ovsdb-server", "ovsdb-tool", "ovs-vsctl", "ovs-appctl", "ovs-ofctl")
DAEMONS = """
cd "$1" && mount -t tmpfs none /run && { [ ! -d /etc/openvswitch ] || mount -t tmpfs none /etc/openvswitch; } || exit 1
export OVS_RUNDIR="$1" OVS_LOGDIR="$1" OVS_DBDIR="$1" OVS_SYSCONFDIR="$1"
ovsdb-tool create conf.db "$2" || exit 1
ovsdb-server conf.db --remote=punix:"$1/db.sock" --unixctl="$1/db.ctl" --log-file="$1/db.log" --verbose=off &
until [ -S db.sock ]; do sleep 0.01; done
ovs-vsctl --db=unix:"$1/db.sock" --no-wait init -- set Open_vSwitch . other_config:vlan-limit=2
exec ovs-vswitchd unix:"$1/db.sock" --unixctl="$1/switch.ctl" --log-file="$1/switch.log" --verbose=file:warn --enable-dummy --disable-system
"""


def missing():
    return next((program for program in NEEDED if not shutil.which(program)), None)


class Peer:
    """A bridge br0 with ports 1 … `ports`."""

    def __init__(self, folder, ports):
        self.folder, self._read = pathlib.Path(folder), {port: 24 for port in ports}  # behind the pcap's header
        self._daemons = subprocess.Popen(["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", DAEMONS, "sh",
                                          str(folder), SCHEMA], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert wait_until((self.folder / "switch.ctl").exists), "no ovs-vswitchd"
        words = ["add-br", "br0", "--", "set", "Bridge", "br0", "datapath_type=dummy", "fail-mode=secure",
                 "protocols=OpenFlow10,OpenFlow13,OpenFlow14,OpenFlow15"]
        for port in ports:
            words += ["--", "add-port", "br0", f"p{port}", "--", "set", "Interface", f"p{port}", "type=dummy", f"ofport_request={port}",
                      f"options:tx_pcap={folder}/p{port}.pcap"]
        subprocess.run(["ovs-vsctl", f"--db=unix:{folder}/db.sock", f"--timeout={20 * SLOWNESS}", *words], check=True)

    def close(self):
        self._daemons.kill()
        self._daemons.wait()

    def has_died(self):
        return self._daemons.poll() is not None

    def ofctl(self, *words, stdin=None):
        words = [f"unix:{self.folder}/br0.mgmt" if word == "SWITCH" else word for word in words]
        return Answer(subprocess.run(["ovs-ofctl", f"--timeout={20 * SLOWNESS}", "-O", "OpenFlow13", *words], input=stdin, capture_output=True, text=True))

    def appctl(self, *words):
        return subprocess.run(["ovs-appctl", "-t", f"{self.folder}/switch.ctl", *words], capture_output=True, text=True).stdout

    def send(self, port, frames):
        """In their order, without waiting."""
        self.appctl("netdev-dummy/receive", f"p{port}", *[frame.hex() for frame in frames])

    def received(self, port):
        """What has left there since it was last asked."""
        data, frames = (self.folder / f"p{port}.pcap").read_bytes(), []
        at = self._read[port]
        while at + 16 <= len(data):
            size = struct.unpack_from("=I", data, at + 8)[0]
            if at + 16 + size > len(data):
                break
            frames.append(data[at + 16:at + 16 + size])
            at += 16 + size
        self._read[port] = at
        return frames

    def trace(self, port, frame):
        """What it would do with the frame, step by step, for people."""
        return self.appctl("ofproto/trace", "br0", f"in_port={port}", frame.hex())
