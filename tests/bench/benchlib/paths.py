"""Two hosts through one switch, and through four in a row."""
from benchlib import report, traffic
from benchlib.openvswitch import OpenVSwitch
from benchlib.two_hosts import Flowbed, LinuxBridge, PlainVeth

BRIDGE, FLOWBED = "Linux bridge", "Flowbed, userspace datapath"
OVS, OVS_TSO, OVS_PATCH = "Open vSwitch userspace, as it comes", "… with userspace-tso-enable", "… with patch ports"
COLUMNS = [
    ("TCP Gbit/s", "tcp", "{:.1f}"),
    ("ping p50 µs", "ping_p50_us", "{:.1f}"),
    ("ping p99 µs", "ping_p99_us", "{:.1f}"),
    ("ping each 2 ms, p50 µs", "paced_p50_us", "{:.1f}"),
    ("ping each 2 ms, p99 µs", "paced_p99_us", "{:.1f}"),
    ("connect-request-close /s", "connects", "{:.0f}"),
    ("small frames Mpps", "mpps", "{:.3f}"),
]


def measure_path(setup):
    contestants = [PlainVeth("plain veth, no switch", 0), LinuxBridge(BRIDGE, 1), Flowbed(FLOWBED, setup, 1),
                   OpenVSwitch(OVS, 1, setup), OpenVSwitch(OVS_TSO, 1, setup, tso=True)]
    figures = race(contestants, setup)
    report.table("Two hosts through one switch", figures, COLUMNS)
    report.targets([
        ("TCP: Flowbed / Linux bridge", report.ratio(figures, "tcp", FLOWBED, BRIDGE), 0.65, True),
        ("TCP: Flowbed / Open vSwitch", report.ratio(figures, "tcp", FLOWBED, OVS), 8, True),
        ("ping p50: Flowbed / Open vSwitch", report.ratio(figures, "ping_p50_us", FLOWBED, OVS), 0.5, False),
        ("ping each 2 ms, p50: Flowbed / Open vSwitch", report.ratio(figures, "paced_p50_us", FLOWBED, OVS), 0.5, False),
        ("connect-request-close: Flowbed / Open vSwitch", report.ratio(figures, "connects", FLOWBED, OVS), 1.2, True),
    ])
    return figures


def measure_chain(setup):
    contestants = [LinuxBridge(BRIDGE, 4), Flowbed(FLOWBED, setup, 4), OpenVSwitch(OVS, 4, setup),
                   OpenVSwitch(OVS_PATCH, 4, setup, patched=True)]
    figures = race(contestants, setup)
    report.table("Two hosts through four switches in a row", figures, COLUMNS)
    return figures


def race(contestants, setup):
    return report.alternate(present(contestants), setup.rounds(5), lambda pair: one_round(pair, setup))


def present(contestants):
    """Those that can run here; of the others it is said why not."""
    for contestant in contestants:
        if contestant.missing():
            print(f"\n*{contestant.name}: skipped: {contestant.missing()}*")
    return [contestant for contestant in contestants if not contestant.missing()]


def one_round(pair, setup):
    """Each round builds its network anew, so that nobody's idle daemons run beside another."""
    try:
        pair.start()
        return traffic.measure(pair, setup)
    finally:
        pair.close()
