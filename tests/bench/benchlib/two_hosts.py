"""Contestants of the path measurements: h1 and the far host, with a number of switches in a row between them.

Each offers `start`, `near(…)` and `far(…)` (a command line that runs in that host), `address` of the far host,
`close`. `name` is what the tables call it; `missing()` says what it needs and has not, or None.
"""
import itertools
import os
import shutil
import subprocess

from benchlib.namespaces import Namespace, give_address, make_host, make_link


class OwnHosts:
    """Hosts made by hand; what lies between them is the subclass's."""
    address = "10.0.0.2"

    def __init__(self, name, switches):
        self.name = name
        self.switches = switches
        self._open = []

    def missing(self):
        return None

    def start(self):
        self.hosts = [self.keep(make_host(number)) for number in (1, 2)]
        self.join()
        for host in self.hosts:
            give_address(host, "eth0")

    def keep(self, resource):
        self._open.append(resource)
        return resource

    def chain(self, fabric, veth_between=True):
        """h1 – s1 – … – sN – h2 in `fabric`; every (switch, interface) to attach."""
        ports = []
        end = (self.hosts[0], "eth0")
        for number in range(1, self.switches + 1):
            switch = f"s{number}"
            if veth_between or number == 1:
                make_link(*end, fabric, f"{switch}-eth1")
            end = (fabric, f"{switch}-eth2")
            ports += [(switch, f"{switch}-eth1"), (switch, f"{switch}-eth2")]
        make_link(*end, self.hosts[1], "eth0")
        return ports

    def near(self, *words):
        return self.hosts[0].command(*words)

    def far(self, *words):
        return self.hosts[1].command(*words)

    def close(self):
        while self._open:
            self._open.pop().close()


class PlainVeth(OwnHosts):
    def join(self):
        make_link(self.hosts[0], "eth0", self.hosts[1], "eth0")


class LinuxBridge(OwnHosts):
    def join(self):
        fabric = self.keep(Namespace("--net"))
        for number in range(1, self.switches + 1):
            fabric.run(f"ip link add s{number} type bridge")
            fabric.run(f"ip link set s{number} up")
        for switch, port in self.chain(fabric):
            fabric.run(f"ip link set {port} master {switch}")


class Flowbed:
    """The program as a person runs it, detached; h1 and the last host of `linear,N`."""
    count = itertools.count(1)

    def __init__(self, name, setup, switches, *options):
        self.name, self.setup, self.switches, self.options = name, setup, switches, options
        self.topo = "minimal" if switches == 1 else f"linear,{switches}"
        self.address = f"10.0.0.{self._hosts()}"

    def _hosts(self):
        return max(2, self.switches)

    def missing(self):
        return None if shutil.which(self.setup.flowbed) else f"{self.setup.flowbed} is not built"

    def start(self):
        self.network = f"bench{next(self.count)}"
        self._run("--name", self.network, "--topo", self.topo, "--detach", *self.options)

    def near(self, *words):
        return [self.setup.flowbed, "exec", self.network, "h1", "--", *words]

    def far(self, *words):
        return [self.setup.flowbed, "exec", self.network, f"h{self._hosts()}", "--", *words]

    def close(self):
        self._run("stop", self.network)

    def _run(self, *words):
        subprocess.run([self.setup.flowbed, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class RootlessFlowbed(Flowbed):
    """As an ordinary user with one id."""
    USER = 33333  # belongs to nobody

    def start(self):
        runtime = self.setup.work / "ordinary"
        runtime.mkdir(exist_ok=True)
        self.setup.work.chmod(0o711)
        os.chown(runtime, self.USER, self.USER)
        self._become = ["setpriv", f"--reuid={self.USER}", f"--regid={self.USER}", "--clear-groups", "env",
                        f"XDG_RUNTIME_DIR={runtime}", f"HOME={runtime}", "TMPDIR=/tmp"]
        super().start()

    def near(self, *words):
        return [*self._become, *super().near(*words)]

    def far(self, *words):
        return [*self._become, *super().far(*words)]

    def _run(self, *words):
        subprocess.run([*self._become, self.setup.flowbed, *words], check=True, cwd="/", stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
