"""Spanning tree in a ring of four switches: how soon it carries packets, and for how long it does not after a cut."""
import re
import signal
import subprocess
import time

from benchlib import report
from benchlib.namespaces import Namespace, make_link, wait_until
from benchlib.paths import present
from benchlib.two_hosts import Flowbed, OwnHosts

PATIENCE = 90      # seconds: old spanning tree takes 50 after a cut that it must infer
INTERVAL = 0.01    # seconds between echo requests; what the gap is measured by
FLOWBED, KERNEL, KERNEL_FAST = "Flowbed, rapid spanning tree", "Linux bridge, spanning tree of 1998", "… with its shortest times"
SHORTEST = "forward_delay 200 hello_time 100 max_age 600"


class FlowbedRing(Flowbed):
    """s1 is the root; s3, opposite, is reached through s2."""

    def __init__(self, setup):
        super().__init__(FLOWBED, setup, 1)
        self.address = "10.0.0.3"

    def start(self):
        self.network = f"ring{next(self.count)}"
        self._run("--name", self.network, "--topo", "ring,4", "--detach")

    def cut(self):
        subprocess.run([self.setup.flowbed, "attach", self.network], input="link s1 s2 down\n", text=True, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class KernelRing(OwnHosts):
    """The same ring of the kernel's bridges, with priorities that give the same tree."""

    def __init__(self, name, times=""):
        super().__init__(name, 4)
        self.times = times

    def join(self):
        self.fabric = self.keep(Namespace("--net"))
        for number in range(1, 5):
            self.fabric.run(f"ip link add s{number} type bridge stp_state 1 priority {4096 * (number - 1)} {self.times}")
        for number in range(1, 5):
            after = number % 4 + 1
            make_link(self.fabric, f"s{number}-s{after}", self.fabric, f"s{after}-s{number}")
            self.fabric.run(f"ip link set s{number}-s{after} master s{number}")
            self.fabric.run(f"ip link set s{after}-s{number} master s{after}")
        for host, switch in zip(self.hosts, ("s1", "s3")):
            make_link(host, "eth0", self.fabric, f"{switch}-host")
            self.fabric.run(f"ip link set {switch}-host master {switch}")
        for number in range(1, 5):
            self.fabric.run(f"ip link set s{number} up")

    def cut(self):
        self.fabric.run("ip link set s1-s2 down")


def measure(setup):
    contestants = [FlowbedRing(setup), KernelRing(KERNEL_FAST, SHORTEST)]
    if not setup.quick:
        contestants.insert(1, KernelRing(KERNEL))
    figures = report.alternate(present(contestants), setup.rounds(3, 1), one_round)
    report.table("Spanning tree: a ring of four switches", figures,
                 [("start to first echo s", "converge", "{:.2f}"), ("nothing passes after a cut, s", "failover", "{:.2f}")],
                 f"Echo requests each {INTERVAL * 1000:.0f} ms between opposite switches; the link that they take is cut.")
    return figures


def one_round(ring):
    start = time.monotonic()
    try:
        ring.start()
        wait_until(lambda: reaches(ring), PATIENCE)
        converge = time.monotonic() - start
        return {"converge": converge, "failover": failover(ring)}
    finally:
        ring.close()


def reaches(ring):
    return subprocess.run(ring.near("ping", "-c", "1", "-W", "0.2", ring.address), check=False, stdout=subprocess.DEVNULL).returncode == 0


def failover(ring):
    """The longest pause between two echo replies, less the usual one."""
    ping = subprocess.Popen(ring.near("ping", "-n", "-D", "-i", str(INTERVAL), ring.address), stdout=subprocess.PIPE, text=True)
    time.sleep(1)
    ring.cut()
    time.sleep(0.5)
    wait_until(lambda: reaches(ring), PATIENCE)
    time.sleep(0.5)
    ping.send_signal(signal.SIGINT)
    replies = [float(stamp) for stamp in re.findall(r"^\[([\d.]+)\].*icmp_seq", ping.communicate()[0], re.M)]
    return max(later - earlier for earlier, later in zip(replies, replies[1:])) - INTERVAL
