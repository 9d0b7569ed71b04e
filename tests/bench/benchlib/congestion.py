"""Known results over an emulated bottleneck: buffers and delay, CoDel, fairness, and a trace's bytes."""
import json
import re
import subprocess

from benchlib import report, traffic
from benchlib.emulated import FlowbedLink

RATE, ROUND_TRIP = 20e6, 0.04
PRODUCT = int(RATE * ROUND_TRIP / 8)  # bytes that fill the way there and back
TRACES = ("lte", "wifi", "satellite")


def measure(setup):
    buffers = ((0.1, {}), (1, {}), (10, {}), (10, {"discipline": "codel"}))
    figures = {}
    for control in ("reno", "cubic", "bbr"):
        for products, discipline in buffers:
            name = f"{control}, {products:g} products" + (", CoDel" if discipline else "")
            pair = FlowbedLink(setup, name, rate="20Mbit", delay="20ms", max_queue_bytes=f"{max(int(PRODUCT * products), 3028)}B", **discipline)
            figures |= report.alternate([pair], setup.rounds(3, 1), lambda pair, control=control: bottleneck(pair, control, setup))
    report.table("TCP over 20 Mbit/s and a round trip of 40 ms, by buffer", figures,
                 [("goodput / arithmetic", "share", "{:.3f}"), ("round trip beside it, median ms", "median", "{:.1f}"),
                  ("at most ms", "max", "{:.1f}")], f"A product of bandwidth and delay is {PRODUCT} bytes.")
    fairness = {"two flows of CUBIC": {"jain": [jain(setup) for _ in range(setup.rounds(3, 1))]}}
    report.table("Two flows, 1 product", fairness, [("Jain's index", "jain", "{:.4f}")])
    return figures | fairness | {"traces": traces(setup)}


def bottleneck(pair, control, setup):
    seconds = 5 if setup.quick else 15
    try:
        pair.start()
        traffic.reach(pair)
        server = traffic.Server(pair.far("iperf3", "--server", "--one-off", "--forceflush"), "Server listening")
        ping = subprocess.Popen(pair.near("ping", "-n", "-i", "0.1", "-w", str(seconds + 1), pair.address), stdout=subprocess.PIPE, text=True)
        done = json.loads(subprocess.run(pair.near("iperf3", "--client", pair.address, "--congestion", control, "--time", str(seconds), "--omit", "3",
                                                   "--json"), capture_output=True, text=True, check=False, timeout=seconds + 60).stdout)
        server.end()
        times = sorted(float(ms) for ms in re.findall(r"time=([\d.]+)", ping.communicate()[0]))
        return {"share": done["end"]["sum_received"]["bits_per_second"] / (RATE * 1448 / 1514), "median": times[len(times) // 2], "max": times[-1]}
    finally:
        pair.close()


def jain(setup):
    """Jain's index of two flows that start together: 1 is the same share for both."""
    seconds = 8 if setup.quick else 30
    pair = FlowbedLink(setup, rate="20Mbit", delay="20ms", max_queue_bytes=f"{PRODUCT}B")
    try:
        pair.start()
        traffic.reach(pair)
        server = traffic.Server(pair.far("iperf3", "--server", "--one-off", "--forceflush"), "Server listening")
        done = json.loads(subprocess.run(pair.near("iperf3", "--client", pair.address, "--parallel", "2", "--time", str(seconds), "--omit", "5",
                                                   "--json"), capture_output=True, text=True, check=True, timeout=seconds + 60).stdout)
        server.end()
        shares = [stream["receiver"]["bits_per_second"] for stream in done["end"]["streams"]]
        return sum(shares) ** 2 / (len(shares) * sum(share ** 2 for share in shares))
    finally:
        pair.close()


def traces(setup):
    """A flood over each trace: what was delivered, as a share of the trace's opportunities (`flowbed report`)."""
    print("\n### Traces: delivered while more was offered than the trace carries\n\n| | Mbit/s | share of its opportunities |\n|---|---:|---:|")
    shares = {}
    for name in TRACES:
        folder = setup.build.parent / "topologies" / "traces"
        pair = FlowbedLink(setup, trace=str(folder / f"{name}.trace"), max_queue=1000)
        recording = setup.work / f"{name}.csv"
        try:
            pair.start()
            flood = subprocess.Popen(pair.near(setup.tool("nettool"), "flood", pair.address, traffic.PORT, "1458", "200e6", "12"), stdout=subprocess.DEVNULL)
            pair.tell(f"h1 sleep 1\nrecord h1 h2 {recording}\nh1 sleep {3 if setup.quick else 8}\nrecord-stop h1 h2\n")
            flood.wait()
        finally:
            pair.close()
        found = json.loads(subprocess.run([setup.flowbed, "report", str(recording), "--json"], capture_output=True, text=True, check=True).stdout)
        there = found["directions"][0]
        shares[name] = there["bits_per_second"] / there["capacity"]
        print(f"| {name} | {there['bits_per_second'] / 1e6:.2f} | {shares[name]:.4f} |")
    return shares
