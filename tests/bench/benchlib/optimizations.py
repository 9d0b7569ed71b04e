"""What each means that keeps packets away from the slow path is worth: the tables 1 and 2 of NSDI 2015, section 7.2.

The four rules are the paper's, and so is the load: TCP connections that are made, ask, are answered and close. The client's
packets meet the second rule; the server's, to 10.0.0.1, none of the four, and then the fifth, which is as the first packet needs it.
"""
import json
import os
import subprocess

from benchlib import report, traffic
from benchlib.namespaces import process_named, read
from benchlib.two_hosts import Flowbed

FEATURES = ["priority-sorting", "staged-lookup", "prefix-tracking", "port-tries"]
RULES = ["priority=50,arp,actions=NORMAL", "priority=40,ip,nw_dst=11.1.1.1/16,actions=NORMAL",
         "priority=30,tcp,nw_dst=9.1.1.1,tp_src=10,tp_dst=10,actions=NORMAL", "priority=20,ip,nw_dst=9.1.1.1/24,actions=NORMAL",
         "priority=10,actions=NORMAL"]
ADDRESSES = {"h1": "10.0.0.1/7", "h2": "11.1.1.2/7"}
TOPOLOGY = {
    "flowbed": 1,
    "nodes": [{"name": host, "kind": "host", "interfaces": [{"name": f"{host}-eth0", "addresses": [address]}]}
              for host, address in ADDRESSES.items()] + [{"name": "s1", "kind": "switch"}],
    "links": [{"a": {"node": host, "interface": f"{host}-eth0"}, "b": {"node": "s1"}} for host in ADDRESSES],
}
COLUMNS = [("connect-request-close /s", "connects", "{:.0f}"), ("megaflows", "flows", "{:.0f}"), ("masks", "masks", "{:.0f}"),
           ("masks searched a search", "searched", "{:.2f}"), ("slow path, share of packets", "upcalls", "{:.4f}"),
           ("switchd, CPU µs a connection", "cpu", "{:.0f}")]


class Variant(Flowbed):
    """Flowbed without some of its means."""
    address = "11.1.1.2"

    def __init__(self, name, setup, *without):
        super().__init__(name, setup, 1)
        self.without, self.address = without, Variant.address

    def start(self):
        self.network = f"bench{next(self.count)}"
        file = self.setup.work / "paper.json"
        file.write_text(json.dumps(TOPOLOGY))
        self._run("--name", self.network, "--datapath", "userspace", "--detach", str(file))
        self.ask("del-flows s1", *(f"add-flow s1 {rule}" for rule in RULES), *(f"caching {name} off" for name in self.without))

    def ask(self, *lines):
        """What the shell prints for these commands."""
        done = subprocess.run([self.setup.flowbed, "attach", self.network], input="\n".join(lines) + "\n",
                              capture_output=True, text=True, check=True)
        return done.stdout

    def state(self):
        """What the caches hold and did so far, and switchd's CPU time."""
        cache, caching = (json.loads(self.ask(f"{verb} --json")) for verb in ("cache s1", "caching"))
        ticks = read(f"/proc/{process_named('flowbed-switchd')}/stat").rsplit(")", 1)[1].split()
        return {"flows": caching["flows"], "masks": caching["masks"], "searches": caching["searches"],
                "masks_searched": caching["masks_searched"], "upcalls": cache["upcalls"],
                "packets": cache["emc"]["hits"] + cache["emc"]["misses"],
                "cpu_s": sum(map(int, ticks[11:13])) / os.sysconf("SC_CLK_TCK")}


def measure(setup):
    classifier = [("no optimizations", FEATURES)] + [
        (f"{one} only", [other for other in FEATURES if other != one]) for one in FEATURES[:3]] + [("all optimizations", [])]
    first = [Variant("megaflows off", setup, "megaflows")] + [Variant(name, setup, *without) for name, without in classifier]
    second = [Variant(f"exact-match cache {'off' if cache else 'on'}, optimizations {'off' if without else 'on'}", setup, *cache, *without)
              for cache in ([], ["exact-match"]) for without in ([], FEATURES)]
    figures = {}
    for title, variants in (("The classifier's optimizations (the paper's table 1)", first),
                            ("The exact-match cache (the paper's table 2)", second)):
        found = report.alternate(variants, setup.rounds(3), lambda variant: one_round(variant, setup))
        report.table(title, found, COLUMNS)
        figures |= found
    return figures


def one_round(variant, setup):
    try:
        variant.start()
        traffic.reach(variant)
        seconds = 1 if setup.quick else 5
        before = variant.state()
        connects = traffic.connects(variant, setup, seconds)
        after = variant.state()
        more = {quantity: after[quantity] - before[quantity] for quantity in after}
        return {"connects": connects, "flows": after["flows"], "masks": after["masks"],
                "searched": more["masks_searched"] / max(1, more["searches"]), "upcalls": more["upcalls"] / more["packets"],
                "cpu": 1e6 * more["cpu_s"] / (connects * seconds)}
    finally:
        variant.close()
