"""Two hosts with one link between them that does something to packets: Flowbed's, and the kernel's netem."""
import json
import subprocess

from benchlib.two_hosts import Flowbed, OwnHosts, make_link


class FlowbedLink(Flowbed):
    """`shape` holds a link's options as a topology file has them."""

    def __init__(self, setup, name="Flowbed", **shape):
        super().__init__(name, setup, 1)
        self.shape = shape

    def start(self):
        self.network = f"link{next(self.count)}"
        file = self.setup.work / f"{self.network}.json"
        file.write_text(json.dumps({"flowbed": 1, "options": {"static_arp": True, "seed": 1},
                                    "nodes": [{"name": "h1"}, {"name": "h2"}],
                                    "links": [{"a": {"node": "h1"}, "b": {"node": "h2"}, **self.shape}]}))
        self._run(str(file), "--name", self.network, "--detach")

    def tell(self, script):
        """Lines for the shell; what it prints."""
        return subprocess.run([self.setup.flowbed, "attach", self.network], input=script, text=True, check=True,
                              capture_output=True).stdout

    def direction(self):
        """What the link has done to packets from h1."""
        return json.loads(self.tell("link h1 h2 --json\n"))["links"][0]["a_to_b"]


class NetemLink(OwnHosts):
    """A veth pair with netem at both ends, in tc's words; segment offload is off, for netem sees whole super-packets."""

    def __init__(self, words, name="netem"):
        super().__init__(name, 0)
        self.words = words

    def missing(self):
        probe = "ip link add netem-probe type veth peer name netem-peer && tc qdisc add dev netem-probe root netem delay 1ms"
        found = subprocess.run(["unshare", "--net", "sh", "-c", probe], check=False, stderr=subprocess.DEVNULL)
        return None if found.returncode == 0 else "this kernel has no netem"

    def join(self):
        make_link(self.hosts[0], "eth0", self.hosts[1], "eth0")
        for host in self.hosts:
            host.run("ethtool -K eth0 tso off gso off")
            host.run(f"tc qdisc add dev eth0 root netem {self.words}")
