"""Open vSwitch's daemons with a database and sockets of their own, and the paths through its userspace datapath."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from benchlib.namespaces import Namespace, wait_until
from benchlib.two_hosts import OwnHosts

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"


def missing():
    for program in ("ovsdb-tool", "ovsdb-server", "ovs-vswitchd", "ovs-vsctl"):
        if not shutil.which(program):
            return f"{program} is not installed (package openvswitch-switch)"
    return None


class Daemons:
    """ovsdb-server and ovs-vswitchd in the foreground, in the namespace `where`."""

    def __init__(self, where, other_config=()):
        self._folder = tempfile.TemporaryDirectory()
        self.environment = {**os.environ, "OVS_RUNDIR": self._folder.name, "OVS_LOGDIR": self._folder.name}
        self._where, self._running = where, []
        database, socket = (pathlib.Path(self._folder.name, name) for name in ("conf.db", "db.sock"))
        subprocess.run(["ovsdb-tool", "create", database, SCHEMA], check=True)
        self._start("ovsdb-server", database, f"--remote=punix:{socket}")
        wait_until(socket.exists)
        self.vsctl("--no-wait", "init")
        for setting in other_config:
            self.vsctl("--no-wait", "set", "Open_vSwitch", ".", f"other_config:{setting}")
        self._start("ovs-vswitchd", f"unix:{socket}")

    def vsctl(self, *words):
        subprocess.run(["ovs-vsctl", "--timeout=10", *words], env=self.environment, check=True)

    def _start(self, *words):
        log = open(pathlib.Path(self._folder.name, f"{words[0]}.log"), "wb")
        self._running.append(subprocess.Popen(self._where.command(*words), env=self.environment, stdout=log, stderr=log))

    def close(self):
        for process in reversed(self._running):
            process.terminate()
            process.wait()
        self._folder.cleanup()


class OpenVSwitch(OwnHosts):
    """Bridges in standalone mode (they learn), joined by veth pairs, as Mininet joins them, or by patch ports.

    Without `userspace-tso-enable` this datapath forwards unfinished checksums as they are, and TCP from a veth stands
    still; the hosts then have to finish them, which is what Mininet's TCULink arranges for switches in user space.
    """

    def __init__(self, name, switches, setup, tso=False, patched=False):
        super().__init__(name, switches)
        self._nettool, self._tso, self._patched = setup.tool("nettool"), tso, patched

    def missing(self):
        return missing()

    def join(self):
        fabric = self.keep(Namespace("--net"))
        daemons = self.keep(Daemons(fabric, ["userspace-tso-enable=true"] if self._tso else []))
        for number in range(1, self.switches + 1):
            daemons.vsctl("add-br", f"s{number}", "--", "set", "Bridge", f"s{number}", "datapath_type=netdev")
        for switch, port in self.chain(fabric, veth_between=not self._patched):
            daemons.vsctl("add-port", switch, port, *self._patch(port))
        for host in [] if self._tso else self.hosts:
            host.run(f"{self._nettool} whole-checksums eth0")

    def _patch(self, port):
        """What makes the port one half of a patch, if it lies between two switches and that is wanted."""
        number, end = int(port[1:].split("-eth")[0]), port[-1]
        other = f"s{number - 1}-eth2" if end == "1" else f"s{number + 1}-eth1"
        outer = port in ("s1-eth1", f"s{self.switches}-eth2")
        return [] if outer or not self._patched else ["--", "set", "Interface", port, "type=patch", f"options:peer={other}"]
