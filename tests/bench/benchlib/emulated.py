"""Two hosts with one link between them that does something to packets: Flowbed's, and the kernel's netem."""
import json
import re
import subprocess

from benchlib.two_hosts import Flowbed, OwnHosts, make_link


class FlowbedLink(Flowbed):
    """`shape` holds a link's options as a topology file has them."""

    def __init__(self, setup, name="Flowbed", backend="ferry", **shape):
        super().__init__(name, setup, 1)
        self.backend = backend
        self.shape = shape

    def missing(self):
        if self.backend == "ferry":
            return None
        told = subprocess.run([self.setup.flowbed, "doctor", "--json"], capture_output=True, text=True, check=False).stdout
        netem = next(finding for finding in json.loads(told) if finding["check"] == "netem")
        if netem["status"] != "ok":
            return "this kernel has no netem"
        is_random = any(option.startswith("loss") for option in self.shape)
        return "this kernel's netem takes no seed" if is_random and "takes a seed" not in netem["finding"] else None

    def start(self):
        self.network = f"link{next(self.count)}"
        file = self.setup.work / f"{self.network}.json"
        file.write_text(json.dumps({"flowbed": 1, "options": {"static_arp": True, "seed": 1, "link_backend": self.backend},
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

    def holds_packets(self):
        return self.direction()["queue"]["packets"] > 0

    def losses(self):
        """Packets that came, and those of them that were lost."""
        there = self.direction()
        lost = there["dropped"]["loss"]
        return there["delivered"]["packets"] + lost, lost


def netem_missing():
    found = subprocess.run(["unshare", "--net", "tc", "qdisc", "add", "dev", "lo", "root", "netem"], check=False, stderr=subprocess.DEVNULL)
    return None if found.returncode == 0 else "this kernel has no netem"


class NetemLink(OwnHosts):
    """A veth pair with netem at both ends, in tc's words; hosts send no super-packets, which netem would take for one packet each."""

    def __init__(self, words, name="netem"):
        super().__init__(name, 0)
        self.words = words

    def missing(self):
        return netem_missing()

    def join(self):
        make_link(self.hosts[0], "eth0", self.hosts[1], "eth0")
        for host in self.hosts:
            host.run("ip link set eth0 gso_max_segs 1")
            host.run(f"tc qdisc add dev eth0 root netem {self.words}")

    def counts(self):
        told = subprocess.run(self.near("tc", "-s", "qdisc", "show", "dev", "eth0"), capture_output=True, text=True, check=True).stdout
        return [int(n) for n in re.search(r"(\d+) pkt \(dropped (\d+).*\n backlog \d+\w* (\d+)p", told).groups()]

    def holds_packets(self):
        return self.counts()[2] > 0

    def losses(self):
        """Packets that came, and those of them that were lost."""
        sent, lost, _ = self.counts()
        return sent + lost, lost
