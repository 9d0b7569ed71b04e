"""Two hosts through one switch, and through four and sixteen in a row. Flowbed is run without root."""
from benchlib import report, traffic
from benchlib.openvswitch import OpenVSwitch
from benchlib.two_hosts import LinuxBridge, PlainVeth, RootlessFlowbed

BRIDGE, NFT, FLOWBED = "Linux bridge", "Flowbed, nft datapath", "Flowbed, userspace datapath"
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
    contestants = [PlainVeth("plain veth, no switch", 0), LinuxBridge(BRIDGE, 1), *flowbeds(setup, 1), OpenVSwitch(OVS, 1, setup),
                   OpenVSwitch(OVS_TSO, 1, setup, tso=True)]
    figures = race(contestants, setup)
    report.table("Two hosts through one switch", figures, COLUMNS)
    report.targets([
        ("TCP: nft / Linux bridge", report.ratio(figures, "tcp", NFT, BRIDGE), 0.95, True),
        ("ping p50: nft / Linux bridge", report.ratio(figures, "ping_p50_us", NFT, BRIDGE), 1, False),
        ("small frames: nft / Linux bridge", report.ratio(figures, "mpps", NFT, BRIDGE), 1.1, True),
        ("connect-request-close: nft / Linux bridge", report.ratio(figures, "connects", NFT, BRIDGE), 1.1, True),
        ("TCP: userspace / Linux bridge", report.ratio(figures, "tcp", FLOWBED, BRIDGE), 0.65, True),
        ("TCP: userspace / Open vSwitch", report.ratio(figures, "tcp", FLOWBED, OVS), 8, True),
        ("ping p50: userspace / Open vSwitch", report.ratio(figures, "ping_p50_us", FLOWBED, OVS), 0.5, False),
        ("ping each 2 ms, p50: userspace / Open vSwitch", report.ratio(figures, "paced_p50_us", FLOWBED, OVS), 0.5, False),
        ("connect-request-close: userspace / Open vSwitch", report.ratio(figures, "connects", FLOWBED, OVS), 1.2, True),
    ])
    return figures


def measure_chain(setup):
    for switches, name in ((4, "four"), (16, "sixteen")):
        contestants = [LinuxBridge(BRIDGE, switches), *flowbeds(setup, switches), OpenVSwitch(OVS, switches, setup),
                       OpenVSwitch(OVS_PATCH, switches, setup, patched=True)]
        figures = race(contestants, setup)
        report.table(f"Two hosts through {name} switches in a row", figures, COLUMNS)
    return figures


def flowbeds(setup, switches):
    return [RootlessFlowbed(name, setup, switches, "--datapath", datapath) for name, datapath in ((NFT, "nft"), (FLOWBED, "userspace"))]


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
