"""Many hosts on one switch: from command to ready, what they weigh, and how fast they are gone."""
import json
import os
import signal
import subprocess
import time

from benchlib import mininet, prompt, report
from benchlib.namespaces import Namespace, process_named, processes, read, wait_until
from benchlib.paths import present
from benchlib.two_hosts import Flowbed

RAW = "raw netlink loop"
FLOWBED, KILLED = "flowbed", "flowbed, switchd killed before the stop"
MININET = "mn, Linux bridge"
COLUMNS = [
    ("hosts", "hosts", "{:.0f}"), ("ready after s", "ready", "{:.3f}"), ("ms a host", "ready_ms_per_host", "{:.2f}"),
    ("stop returns after s", "stop", "{:.3f}"), ("links gone after s", "gone", "{:.3f}"),
    ("gone, ms a host", "gone_ms_per_host", "{:.2f}"), ("memory kB a host", "kb_per_host", "{:.0f}"),
    ("processes", "processes", "{:.0f}"),
]


def measure(setup):
    many, few = (200, 20) if setup.quick else (1000, 100)
    contestants = present([RawLoop(setup, many), DetachedFlowbed(FLOWBED, setup, many),
                           DetachedFlowbed(KILLED, setup, many, kill_switchd=True),
                           ManyInMininet(MININET, mininet.LINUX_BRIDGE, few),
                           ManyInMininet("mn, Open vSwitch userspace", mininet.OPEN_VSWITCH, few)])
    figures = report.alternate(contestants, setup.rounds(5), one_round)
    report.table("Hosts on one switch", figures, COLUMNS,
                 "Memory is the difference in MemAvailable, processes included; processes are those that stand beside idle hosts.")
    report.targets([
        ("ready: Flowbed / raw netlink loop", report.ratio(figures, "ready", FLOWBED, RAW), 1.5, False),
        ("ready, a host: Mininet / Flowbed", report.ratio(figures, "ready_ms_per_host", MININET, FLOWBED), 2, True),
        ("gone, a host: Mininet / Flowbed", report.ratio(figures, "gone_ms_per_host", MININET, FLOWBED), 2, True),
        ("stop returns, s", report.median(figures, FLOWBED, "stop"), 0.3, False),
        ("stop returns after SIGKILL of switchd, s", report.median(figures, KILLED, "stop"), 0.3, False),
    ])
    return figures


def one_round(contestant):
    """A contestant's `start` returns when its network is ready, `stop` when its program says it is gone."""
    settle()
    contestant.prepare()
    memory, tasks = available_kb(), len(processes())
    try:
        ready = seconds(contestant.start)
        figures = {"hosts": contestant.hosts, "ready": ready, "kb_per_host": (memory - available_kb()) / contestant.hosts,
                   "processes": len(processes()) - tasks}
        watch = Namespace(process=contestant.fabric_process())
        stopping = time.monotonic()
        contestant.stop()
        figures["stop"] = time.monotonic() - stopping
        wait_until(lambda: watch.interfaces() <= 10, 60)
        figures["gone"] = time.monotonic() - stopping
        watch.close()
    finally:
        contestant.close()
    for quantity in ("ready", "gone"):
        figures[f"{quantity}_ms_per_host"] = figures[quantity] * 1e3 / contestant.hosts
    return figures


class RawLoop:
    name = RAW

    def __init__(self, setup, hosts):
        self._program, self.hosts = setup.tool("raw_netlink_hosts"), hosts

    def missing(self):
        return None if os.path.exists(self._program) else f"{self._program} is not built"

    def prepare(self):
        self._fabric = Namespace("--net")

    def start(self):
        self._loop = subprocess.Popen(self._fabric.command(self._program, str(self.hosts)), stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE)
        json.loads(self._loop.stdout.readline())

    def fabric_process(self):
        return self._fabric.pid

    def stop(self):
        self._loop.stdin.close()
        self._loop.wait()

    def close(self):
        self._fabric.close()


class DetachedFlowbed(Flowbed):
    def __init__(self, name, setup, hosts, kill_switchd=False):
        super().__init__(name, setup, 1)
        self.hosts, self._kill_switchd = hosts, kill_switchd

    def prepare(self):
        self.network = f"bench{next(self.count)}"

    def start(self):
        self._run("--name", self.network, "--topo", f"single,{self.hosts}", "--detach")

    def fabric_process(self):
        return process_named("flowbed-engine")

    def stop(self):
        if self._kill_switchd:
            os.kill(process_named("flowbed-switchd"), signal.SIGKILL)  # the one of this world
        self._run("stop", self.network)

    def close(self):
        pass


class ManyInMininet(prompt.MininetPrompt):
    def __init__(self, name, switch, hosts):
        super().__init__(name, switch)
        self.hosts = hosts

    def start(self):
        self._terminal = super().start("--topo", f"single,{self.hosts}")
        self._terminal.wait_for(mininet.PROMPT)

    def fabric_process(self):
        return self.fabric.pid

    def stop(self):
        self._terminal.leave()

    def close(self):
        self._terminal.close()
        super().close()


def seconds(action):
    start = time.monotonic()
    action()
    return time.monotonic() - start


def meminfo(name):
    return next(int(line.split()[1]) for line in read("/proc/meminfo").splitlines() if line.startswith(name + ":"))


def available_kb():
    return meminfo("MemAvailable")


def settle(steady_kb=2000):
    """Waits until the kernel has given back what the last round left: its memory stops changing."""
    before = None
    for _ in range(40):
        now = meminfo("SUnreclaim")
        if before is not None and abs(now - before) < steady_kb:
            return
        before = now
        time.sleep(0.5)
