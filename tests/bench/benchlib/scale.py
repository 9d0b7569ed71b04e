"""Sizes at which limits of machines begin to matter: how soon such networks are ready, work, and what they weigh."""
import json
import re
import subprocess
import time

from benchlib import report
from benchlib.build import DetachedFlowbed, available_kb, seconds, settle
from benchlib.paths import present


class Large(DetachedFlowbed):
    """`work`: lines for the prompt; `expected`: how often their output must say that a packet came back."""

    def __init__(self, setup, topology, what, work, expected, pattern):
        super().__init__(f"`{topology}`: {what}", setup, 0)
        self._topology, self._work, self._expected, self._pattern = topology, work, expected, pattern

    def start(self):
        self._run("--name", self.network, "--topo", self._topology, "--detach")

    def work(self):
        done = subprocess.run([self.setup.flowbed, "attach", self.network], input=self._work, capture_output=True, text=True)
        came_back = len(re.findall(self._pattern, done.stdout + done.stderr))
        if came_back != self._expected:
            raise RuntimeError(f"{came_back} of {self._expected}: {(done.stdout + done.stderr)[-300:]}")

    def switchd_kb(self):
        status = json.loads(subprocess.run([self.setup.flowbed, "attach", self.network], input="status --json\n",
                                           capture_output=True, text=True, check=True).stdout)
        with open(f"/proc/{status['pids']['switchd']}/smaps_rollup", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:"))


def measure(setup):
    star, line, side = (100, 50, 4) if setup.quick else (1000, 500, 8)
    everyone = "".join(f"h{n} ping -c1 -W5 10.0.0.1 >/dev/null && echo h{n} ok\n" for n in range(2, star + 1))
    contestants = present([
        Large(setup, "single,64", "pingall", "pingall\n", 1, r"0% dropped \(4032/4032 received\)"),
        Large(setup, f"torus,{side},{side}", "pingall", "pingall\n", 1, r" 0% dropped"),
        Large(setup, f"linear,{line}", "one ping from end to end", f"h1 ping -c1 h{line}\n", 1, "1 received"),
        Large(setup, f"single,{star}", "each host's own ping of h1", everyone, star - 1, r"10.0.\d+.\d+ ok"),
    ])
    figures = report.alternate(contestants, setup.rounds(5), one_round)
    report.table("Large networks", figures,
                 [("ready after s", "ready", "{:.2f}"), ("done after s", "done", "{:.2f}"), ("memory MB", "mb", "{:.0f}"),
                  ("of which switchd MB", "switchd_mb", "{:.0f}")],
                 "Done: what is said, typed into a shell that attaches. Memory is the difference in MemAvailable when it is done.")
    return figures


def one_round(network):
    settle()
    network.prepare()
    memory = available_kb()
    ready = seconds(network.start)
    try:
        done = seconds(network.work)
        figures = {"ready": ready, "done": done, "mb": (memory - available_kb()) / 1024, "switchd_mb": network.switchd_kb() / 1024}
    finally:
        network.stop()
    time.sleep(0.2)
    return figures
