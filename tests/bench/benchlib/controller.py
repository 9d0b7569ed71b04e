"""What a controller costs: rules a second over one channel, and a packet that has to be asked about."""
import json
import subprocess

from benchlib import report, traffic
from benchlib.namespaces import Namespace, wait_until
from benchlib.openvswitch import Daemons, missing
from benchlib.two_hosts import OwnHosts

PORT = 6653
FLOWBED, OVS = "Flowbed, userspace datapath", "Open vSwitch userspace"
COLUMNS = [("rules /s, in one stream", "streamed_per_second", "{:.0f}"), ("rules /s, one by one", "one_by_one_per_second", "{:.0f}"),
           ("ping by a rule, p50 µs", "direct_p50_us", "{:.1f}"), ("ping by the controller, p50 µs", "asked_p50_us", "{:.1f}"),
           ("… p99 µs", "asked_p99_us", "{:.1f}"), ("asking adds, µs", "added_us", "{:.1f}")]


class FlowbedAlone(OwnHosts):
    """flowbed-switchd by itself, between two hosts made by hand."""

    def __init__(self, name, setup):
        super().__init__(name, 1)
        self._program = str(setup.build / "bin" / "flowbed-switchd")

    def join(self):
        self.fabric = self.keep(Namespace("--net"))
        self.fabric.run("ip link set lo up")
        ports = ",".join(port for _, port in self.chain(self.fabric))
        command = [self._program, "--bridge", "s1", "--ports", ports, "--fail-mode", "secure",
                   "--controller", f"tcp:127.0.0.1:{PORT}"]
        self.keep(Running(self.fabric.command(*command)))


class OpenVSwitchAlone(OwnHosts):
    def __init__(self, name):
        super().__init__(name, 1)

    def missing(self):
        return missing()

    def join(self):
        self.fabric = self.keep(Namespace("--net"))
        self.fabric.run("ip link set lo up")
        daemons = self.keep(Daemons(self.fabric))
        daemons.vsctl("add-br", "s1", "--", "set", "Bridge", "s1", "datapath_type=netdev", "fail_mode=secure", "protocols=OpenFlow10")
        for switch, port in self.chain(self.fabric):
            daemons.vsctl("add-port", switch, port)
        # A quarter of a second at most between two attempts to connect; as much as it likes to each controller.
        daemons.vsctl("set-controller", "s1", f"tcp:127.0.0.1:{PORT}", "--", "set", "Controller", "s1", "max_backoff=1000",
                      "controller_rate_limit=100000", "controller_burst_limit=25000")


class Running:
    def __init__(self, command):
        self._process = subprocess.Popen(command)

    def close(self):
        self._process.terminate()
        self._process.wait()


def measure(setup):
    contestants = [FlowbedAlone(FLOWBED, setup), OpenVSwitchAlone(OVS)]
    present = [contestant for contestant in contestants if not contestant.missing()]
    figures = report.alternate(present, setup.rounds(5), lambda pair: one_round(pair, setup))
    report.table("A controller: rules over one channel, and packets that are asked about", figures, COLUMNS)
    for quantity in ("streamed_per_second", "one_by_one_per_second", "added_us"):
        print(f"\n{quantity}: Flowbed / Open vSwitch {report.ratio(figures, quantity, FLOWBED, OVS) or float('nan'):.2f}")
    return figures


def one_round(pair, setup):
    try:
        pair.start()
        count = 2_000 if setup.quick else 20_000
        return controller(pair, setup, "flow-mods", count) | delays(pair, setup)
    finally:
        pair.close()


def controller(pair, setup, *words):
    """What openflow_tool finds out, as a controller of the pair's switch."""
    return Tool(pair, setup, *words).result()


class Tool(traffic.Server):
    def __init__(self, pair, setup, verb, argument):
        super().__init__(pair.fabric.command(setup.tool("openflow_tool"), verb, str(PORT), str(argument)), "ready")

    def result(self):
        text = self.end()
        if not text.startswith("{"):
            raise RuntimeError(text.strip())
        return json.loads(text)


def delays(pair, setup):
    """Echo requests each 2 ms: first all of them asked about, then by rules."""
    count = 200 if setup.quick else 1000
    tool = Tool(pair, setup, "answer", count * 0.002 + 3)
    wait_until(lambda: subprocess.run(pair.near("ping", "-c", "1", "-W", "1", pair.address), check=False,
                                      stdout=subprocess.DEVNULL).returncode == 0)
    asked = traffic.ping(pair, setup, count, 2000)
    answered = tool.result()["answered"]
    if answered < count:
        raise RuntimeError(f"only {answered} of {count} packets were asked about")
    direct = by_rules(pair, setup, count)
    return {"asked_p50_us": asked["p50_us"], "asked_p99_us": asked["p99_us"], "direct_p50_us": direct["p50_us"],
            "added_us": asked["p50_us"] - direct["p50_us"]}


def by_rules(pair, setup, count):
    """`rules` is the controller that gives both directions a rule, and goes."""
    controller(pair, setup, "rules", 0)
    return traffic.ping(pair, setup, count, 2000)
