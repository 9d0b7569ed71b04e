"""The nft datapath with many masks and many flows, and what one change does among them.

Four hosts at one switch, without root. The path that is measured leads from h2 to h3; h1 and h4 keep other flows alive, as
many kinds of packets as there are masks besides (`flowtool spread`). Whole keys are cached, so that each of their packets
is a flow, and that of the measured path is one of the same kinds.
"""
import json
import subprocess
import time

from benchlib import report, traffic
from benchlib.namespaces import wait_until
from benchlib.new_flows import FourHosts, announce, mac
from benchlib.two_hosts import LinuxBridge

FLOWS, RATE, KINDS = 50_000, 6_000, 5  # flows that nobody uses for ten seconds go
BRIDGE, ONE, FIVE = "Linux bridge", "one mask", "five masks"
LAST, MANY = "five masks, the last one's packets", "50,000 flows in five masks, the last one's packets"
STATION = "02:00:00:00:00:99"  # that nobody has
COLUMNS = [("TCP Gbit/s", "tcp", "{:.1f}"), ("ping p50 µs", "ping_p50_us", "{:.1f}"), ("ping p99 µs", "ping_p99_us", "{:.1f}"),
           ("small frames Mpps", "mpps", "{:.3f}"), ("flows", "flows", "{:.0f}"), ("masks", "masks", "{:.0f}")]


class ManyFlows(FourHosts):
    """The path from h2 to h3, beside so many flows of `spread`; `last`: the measured packets' mask is tried after theirs."""
    address = "10.0.0.3"

    def __init__(self, name, setup, flows, last=False):
        super().__init__(name, setup, "nft")
        self.flows, self.last, self.spreading = flows, last, None

    def near(self, *words):
        return self.host(2, *words)

    def far(self, *words):
        return self.host(3, *words)

    def start(self):
        super().start()
        self.address = ManyFlows.address
        if self.last:
            self.ask("caching busiest-first off")
        if self.flows:
            announce(self, self.setup)
            self.cache_each_flow()
            command = self.host(1, self.setup.tool("flowtool"), "spread", self.interface(1), mac(4), str(self.flows),
                                str(min(RATE, self.flows)), "600")
            self.spreading = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            wait_until(lambda: self.state()["flows"] >= self.flows, 60)

    def state(self):
        return json.loads(self.ask("caching --json"))

    def close(self):
        super().close()
        if self.spreading:
            self.spreading.wait()


def measure(setup):
    contestants = [LinuxBridge(BRIDGE, 1), ManyFlows(ONE, setup, 0), ManyFlows(FIVE, setup, KINDS), ManyFlows(LAST, setup, KINDS, last=True),
                   ManyFlows(MANY, setup, FLOWS, last=True)]
    figures = report.alternate(contestants, setup.rounds(5), lambda pair: one_round(pair, setup))
    report.table("Many masks and many flows, nft datapath, h2 to h3", figures, COLUMNS)
    report.targets([
        ("five masks, TCP / Linux bridge", report.ratio(figures, "tcp", LAST, BRIDGE), 0.9, True),
        ("five masks, small frames / Linux bridge", report.ratio(figures, "mpps", LAST, BRIDGE), 0.95, True),
    ])
    changes = report.alternate([ManyFlows(MANY, setup, FLOWS)], setup.rounds(3), lambda network: one_change(network, setup))
    rows = {what: {quantity: changes.get(MANY, {}).get(f"{what}_{quantity}", []) for quantity in ("removed", "longest_ms", "per_second")}
            for what in CHANGES}
    report.table(f"One change among {FLOWS} flows, while h2 sends small frames to h3", rows,
                 [("flows removed", "removed", "{:.0f}"), ("longest pause ms", "longest_ms", "{:.2f}"), ("frames /s", "per_second", "{:.0f}")])
    return {"masks": figures, "changes": changes}


def one_round(pair, setup):
    short = setup.quick
    try:
        pair.start()
        traffic.reach(pair)
        figures = {"tcp": traffic.tcp_gigabits(pair, 1 if short else 4)}
        figures |= {f"ping_{key}": value for key, value in traffic.ping(pair, setup, 2000 if short else 10000, 0).items()}
        figures["mpps"] = traffic.small_frames(pair, setup, 1 if short else 3)
        if isinstance(pair, ManyFlows):
            state = pair.state()
            figures |= {"flows": state["flows"], "masks": state["masks"]}
        return figures
    finally:
        pair.close()


def one_change(network, setup):
    figures = {}
    try:
        network.start()
        traffic.reach(network)
        claim(network, setup, 4, STATION)
        traffic.output_of(network.host(1, setup.tool("flowtool"), "spread", network.interface(1), STATION, "100", "1000", "1"))
        for what, change in CHANGES.items():
            before = network.state()["removed_by_changes"]
            pauses = traffic.Server(network.host(3, setup.tool("flowtool"), "pauses", network.interface(3), "2"), "ready")
            frames = subprocess.Popen(network.host(2, setup.tool("flowtool"), "repeat", network.interface(2), mac(3), "2.5"),
                                      stdout=subprocess.DEVNULL)
            time.sleep(1)
            change(network, setup)
            figures |= {f"{what}_{key}": value for key, value in json.loads(pauses.end()).items()}
            frames.wait()
            figures[f"{what}_removed"] = network.state()["removed_by_changes"] - before
        return figures
    finally:
        network.close()


def claim(network, setup, host, address):
    traffic.output_of(network.host(host, setup.tool("flowtool"), "claim", network.interface(host), address))


CHANGES = {
    "nothing": lambda network, setup: None,
    "a rule for one flow": lambda network, _: network.ask("add-flow s1 priority=9,udp,tp_src=1234,actions=normal"),
    "an address of 100 flows moves": lambda network, setup: claim(network, setup, 2, STATION),
    "the others' address moves": lambda network, setup: claim(network, setup, 2, mac(4)),
}
