"""Packets of which each begins a flow: how many a second a switch forwards, and what they do to another port's.

Four hosts at one switch. Flows are told apart by their source: of the link layer in the flood, where a switch has to learn
each, and by UDP's ports in the requests, for which Flowbed's megaflows are switched off: then each request is a new flow.
"""
import json
import subprocess
import time

from benchlib import report
from benchlib.namespaces import Namespace, make_host, make_link
from benchlib.openvswitch import Daemons, missing
from benchlib.paths import FLOWBED, NFT, OVS, present
from benchlib.traffic import Server, output_of
from benchlib.two_hosts import OwnHosts, RootlessFlowbed

PORT, HOSTS = "7000", 4
FLOODS = [("quiet", None), ("while h1 repeats one frame", "repeat"), ("while h1 floods with new flows", "flood")]


class FourHosts(RootlessFlowbed):
    """single,4 with MAC addresses that are known beforehand."""

    def __init__(self, name, setup, datapath):
        super().__init__(name, setup, 1, "--datapath", datapath, "--mac")
        self.topo = f"single,{HOSTS}"

    def host(self, number, *words):
        return [*self._become, self.setup.flowbed, "exec", self.network, f"h{number}", "--", *words]

    def interface(self, number):
        return f"h{number}-eth0"

    def ask(self, line):
        """What the shell prints."""
        done = subprocess.run([*self._become, self.setup.flowbed, "attach", self.network], input=line + "\n", text=True, check=True,
                              cwd="/", stdout=subprocess.PIPE)
        return done.stdout

    def cache_each_flow(self):
        self.ask("caching megaflows off")

    def misses(self):
        return json.loads(self.ask("cache s1 --json"))["kernel"]["misses"]


class FourHostsOfOpenVSwitch(OwnHosts):
    def missing(self):
        return missing()

    def join(self):
        fabric = self.keep(Namespace("--net"))
        self.hosts += [self.keep(make_host(number)) for number in range(3, HOSTS + 1)]
        daemons = self.keep(Daemons(fabric))
        daemons.vsctl("add-br", "s1", "--", "set", "Bridge", "s1", "datapath_type=netdev")
        for number, host in enumerate(self.hosts, 1):
            make_link(host, "eth0", fabric, f"s1-eth{number}")
            host.run(f"ip link set eth0 address {mac(number)}")
            daemons.vsctl("add-port", "s1", f"s1-eth{number}")

    def host(self, number, *words):
        return self.hosts[number - 1].command(*words)

    def interface(self, _):
        return "eth0"


def mac(number):
    return f"00:00:00:00:00:{number:02x}"


def measure(setup):
    contestants = [FourHosts(NFT, setup, "nft"), FourHosts(FLOWBED, setup, "userspace")]
    figures = report.alternate(present([*contestants, FourHostsOfOpenVSwitch(OVS, 1)]), setup.rounds(5),
                               lambda network: new_flows(network, setup))
    report.table("New flows: frames of 64 bytes, each from another address", figures,
                 [("sent a second", "sent", "{:.0f}"), ("forwarded a second", "forwarded", "{:.0f}")])
    installs = report.alternate([FourHosts(NFT, setup, "nft")], setup.rounds(5), lambda network: until_installed(network, setup))
    report.table("From a flow's first packet to its first one that the kernel forwards", installs,
                 [("µs", "install_us", "{:.0f}"), ("a request and its answer then, p50 µs", "cached_us", "{:.1f}")])
    latencies = report.alternate(contestants, setup.rounds(5), lambda network: first_packets(network, setup))
    report.table("A request and its answer, each the first packet of its flow, from h2 to h3", latencies,
                 [(f"{title}, {quantile} µs", f"{flood}_{quantile}", "{:.0f}") for title, flood in FLOODS for quantile in ("p50", "p99")])
    return {"rates": figures, "installs": installs, "latencies": latencies}


def new_flows(network, setup):
    seconds = 1 if setup.quick else 3
    try:
        network.start()
        announce(network, setup)
        count = Server(network.host(4, setup.tool("flowtool"), "arrivals", network.interface(4), str(seconds)), "ready")
        sent = output_of(network.host(1, setup.tool("flowtool"), "flood", network.interface(1), mac(4), str(seconds + 1)))
        return {"sent": sent["sent_per_second"], "forwarded": json.loads(count.end())["per_second"]}
    finally:
        network.close()


def until_installed(network, setup):
    """Frames of a flow that come GAP µs apart: those that miss, times GAP."""
    flows, frames, gap = 100 if setup.quick else 500, 100, 5
    try:
        network.start()
        announce(network, setup)
        before = network.misses()
        output_of(network.host(1, setup.tool("flowtool"), "trains", network.interface(1), mac(4), str(flows), str(frames), str(gap)))
        missed = network.misses() - before
        server = Server(network.host(3, setup.tool("flowtool"), "echo", PORT, "4"), "ready")
        cached = output_of(network.host(2, setup.tool("flowtool"), "first", "10.0.0.3", PORT, "500", "1000"))
        server.end()
        return {"install_us": gap * missed / flows, "cached_us": cached["p50_us"]}
    finally:
        network.close()


def first_packets(network, setup):
    count, interval_us = (200, 5000) if setup.quick else (1000, 5000)
    seconds = count * interval_us / 1e6 + 2
    figures = {}
    try:
        network.start()
        network.cache_each_flow()
        announce(network, setup)
        server = Server(network.host(3, setup.tool("flowtool"), "echo", PORT, str(3 * (seconds + 2))), "ready")
        output_of(network.host(2, setup.tool("flowtool"), "first", "10.0.0.3", PORT, "10", "1000"))
        for _, flood in FLOODS:
            noise = flood and subprocess.Popen(network.host(1, setup.tool("flowtool"), flood, network.interface(1), mac(4), str(seconds)),
                                               stdout=subprocess.DEVNULL)
            time.sleep(0.5)
            times = output_of(network.host(2, setup.tool("flowtool"), "first", "10.0.0.3", PORT, str(count), str(interval_us)))
            figures |= {f"{flood}_p50": times["p50_us"], f"{flood}_p99": times["p99_us"]}
            if noise:
                noise.wait()
        return figures
    finally:
        network.close()
        if figures:
            server.end()


def announce(network, setup):
    """The switch learns where h4 is."""
    output_of(network.host(4, setup.tool("flowtool"), "claim", network.interface(4), mac(4)))
