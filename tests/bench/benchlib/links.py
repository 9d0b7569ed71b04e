"""Links against the arithmetic: delay, rate, spacing, loss, and how much one ferry carries."""
import json
import math
import re
import statistics
import subprocess

from benchlib import report, traffic
from benchlib.emulated import FlowbedLink, NetemLink
from benchlib.namespaces import wait_until
from benchlib.paths import present
from benchlib.two_hosts import Flowbed, PlainVeth

ETHERNET = 14  # bytes of a packet's header; the link counts from there on
TCP_SHARE = 1448 / (1500 + ETHERNET)  # data in a full segment: 20 bytes of IP, 32 of TCP with time stamps
DATAGRAM = 1400
UDP_SHARE = DATAGRAM / (DATAGRAM + 28 + ETHERNET)
NINETY_NINE = 2.576  # standard deviations, of the interval that holds 99 % of a normal distribution


def measure_delay(setup):
    figures = {}
    for ms, count, pause in ((1, 1500, 4), (10, 400, 22), (100, 60, 201)):
        contestants = [FlowbedLink(setup, delay=f"{ms}ms"), FlowbedLink(setup, "Flowbed by qdiscs", "qdisc", delay=f"{ms}ms"),
                       NetemLink(f"delay {ms}ms limit 100000")]
        found = report.alternate(present(contestants), setup.rounds(3, 1),
                                 lambda pair, ms=ms, count=count, pause=pause: delay_errors(pair, setup, ms, count, pause))
        figures |= {f"{name}, {ms} ms": values for name, values in found.items()}
    report.table("Delay: by how much a round trip is longer than twice the delay", figures,
                 [("idle, median ms", "idle_p50", "{:.3f}"), ("idle, 99 % ms", "idle_p99", "{:.3f}"),
                  ("beside 500 Mbit/s, median ms", "loaded_p50", "{:.3f}"), ("beside 500 Mbit/s, 99 % ms", "loaded_p99", "{:.3f}")])
    report.targets([(f"idle ping at {ms} ms, {what}", report.median(figures, f"Flowbed, {ms} ms", key), bound, False)
                    for ms in (1, 10, 100) for what, key, bound in (("median error ms", "idle_p50", 0.1), ("99 % error ms", "idle_p99", 0.5))])
    return figures


def delay_errors(pair, setup, ms, count, pause):
    if setup.quick:
        count //= 10
    try:
        pair.start()
        traffic.reach(pair)
        figures = errors(traffic.ping(pair, setup, count, pause * 1000, "ping-arrival"), ms, "idle")
        server = traffic.Server(pair.far("iperf3", "--server", "--one-off", "--forceflush"), "Server listening")
        load = subprocess.Popen(pair.near("iperf3", "--client", pair.address, "--udp", "--bitrate", "500M", "--length", str(DATAGRAM),
                                          "--time", str(int(count * pause / 1000) + 3)), stdout=subprocess.DEVNULL)
        wait_until(lambda: passing(pair), 5)
        figures |= errors(traffic.ping(pair, setup, count, pause * 1000, "ping-arrival"), ms, "loaded")
        load.wait()
        server.end()
        return figures
    finally:
        pair.close()


def passing(pair):
    """Some Mbit have come by since the last look."""
    before = getattr(pair, "seen", None)
    told = subprocess.run(pair.far("cat", "/proc/net/dev"), capture_output=True, text=True, check=True).stdout
    pair.seen = int(re.search(r"eth0: *(\d+)", told).group(1))
    return before is not None and pair.seen - before > 100_000


def errors(ping, ms, name):
    return {f"{name}_p50": ping["p50_us"] / 1000 - 2 * ms, f"{name}_p99": ping["p99_us"] / 1000 - 2 * ms}


RATES = {"1 Mbit/s": 1e6, "10 Mbit/s": 10e6, "100 Mbit/s": 100e6, "1 Gbit/s": 1e9, "2.5 Gbit/s": 2.5e9, "5 Gbit/s": 5e9}
WANTED = ("1 Mbit/s", "10 Mbit/s", "100 Mbit/s", "1 Gbit/s")


def measure_rate(setup):
    figures = {}
    for text, rate in list(RATES.items())[::3 if setup.quick else 1]:
        shape = {"rate": rate_word(rate), "delay": "1ms", "max_queue": 100 if rate < 1e8 else 1000}
        contestants = [FlowbedLink(setup, **shape), FlowbedLink(setup, "Flowbed by qdiscs", "qdisc", **shape),
                       NetemLink(f"delay 1ms rate {int(rate)}bit limit {100 if rate < 1e8 else 1200}")]
        found = report.alternate(present(contestants), setup.rounds(3, 1), lambda pair, rate=rate: goodputs(pair, setup, rate))
        figures |= {f"{name}, {text}": values for name, values in found.items()}
    report.table("Rate: goodput, as a share of what the arithmetic says", figures,
                 [("TCP", "tcp", "{:.4f}"), ("UDP", "udp", "{:.4f}"), ("gap p1 µs", "gap_p1", "{:.1f}"), ("gap p50 µs", "gap_p50", "{:.1f}"),
                  ("gap p99 µs", "gap_p99", "{:.1f}"), ("ideal gap µs", "gap_ideal", "{:.1f}")],
                 f"The gap is that between datagrams of {DATAGRAM} bytes as they arrive, by the receiving kernel's clock.")
    rows = [(f"{protocol.upper()} at {text}, off by", off(report.median(figures, f"Flowbed, {text}", protocol)), 0.01, False)
            for text in WANTED for protocol in ("tcp", "udp") if f"Flowbed, {text}" in figures]
    report.targets(rows)
    return figures


def rate_word(rate):
    return f"{int(rate / 1e6)}Mbit" if rate % 1e6 == 0 else f"{int(rate / 1e3)}kbit"


def off(share):
    return None if share is None else abs(share - 1)


def goodputs(pair, setup, rate):
    seconds = 3 if setup.quick else 8
    try:
        pair.start()
        traffic.reach(pair)
        figures = {"tcp": received(pair, seconds) / (rate * TCP_SHARE), "udp": datagrams(pair, setup, rate * 1.1, seconds) / (rate * UDP_SHARE)}
        return figures | gaps(pair, setup, rate)
    finally:
        pair.close()


def datagrams(pair, setup, rate, seconds):
    """bit/s of data that UDP receives while so many bit/s are offered."""
    sink = traffic.Server(pair.far(setup.tool("nettool"), "sink", traffic.PORT, str(seconds)), "ready")
    traffic.output_of(pair.near(setup.tool("nettool"), "flood", pair.address, traffic.PORT, str(DATAGRAM), str(rate), str(seconds + 1)))
    return json.loads(sink.end().splitlines()[-1])["per_second"] * 8 * DATAGRAM


def received(pair, seconds):
    """bit/s of data that arrive over TCP, in the steady middle: iperf3's own whole second by second, without the first two."""
    server = traffic.Server(pair.far("iperf3", "--server", "--one-off", "--forceflush", "--format", "k"), "Server listening")
    subprocess.run(pair.near("iperf3", "--client", pair.address, "--time", str(seconds)), check=True, stdout=subprocess.DEVNULL,
                   timeout=seconds + 60)
    second = re.compile(r"\[ *\d+\] +(\d+)\.00-(\d+)\.\d+ +sec .*? ([\d.]+) Kbits/sec")
    found = [(int(start), float(rate)) for start, end, rate in second.findall(server.end()) if int(end) == int(start) + 1]
    steady = [rate for start, rate in found if 2 <= start < seconds - 1] or [rate for start, rate in found if 1 <= start < seconds]
    return statistics.mean(steady) * 1000


def gaps(pair, setup, rate):
    ideal = 8e6 * (DATAGRAM + 28 + ETHERNET) / rate
    count = min(20000, int(3e6 / ideal))
    listener = traffic.Server(pair.far(setup.tool("nettool"), "gaps", traffic.PORT, str(count)), "ready")
    traffic.output_of(pair.near(setup.tool("nettool"), "flood", pair.address, traffic.PORT, str(DATAGRAM), str(rate * 1.2), "4"))
    found = json.loads(listener.end().splitlines()[-1])
    return {f"gap_{key}": value for key, value in found.items()} | {"gap_ideal": ideal}


# Options of a link, netem's words for them, the share that is lost, and how much more the number varies than without correlation.
LOSSES = {"1 %": ({"loss": "1%"}, "loss 1%", 0.01, 1), "10 %": ({"loss": "10%"}, "loss 10%", 0.1, 1),
          "1 %, correlated by 30 %": ({"loss": "1%", "loss_correlation": "30%"}, "loss 1% 30%", 0.01, (1 + 0.3) / (1 - 0.3)),
          "in bursts of 5, 4.76 %": ({"loss_model": ["1%", "20%", "100%", "0%"]}, "loss gemodel 1% 20% 100% 0%", 1 / 21, (1 + 0.79) / (1 - 0.79))}


def measure_loss(setup):
    """The variance of correlated losses is that of independent ones times (1 + r) / (1 - r)."""
    figures, rows = {}, []
    for name, (shape, words, share, inflation) in LOSSES.items():
        contestants = [FlowbedLink(setup, max_queue=100000, **shape), NetemLink(f"{words} limit 100000")]
        if "loss_correlation" not in shape:
            contestants.insert(1, FlowbedLink(setup, "Flowbed by qdiscs", "qdisc", max_queue=100000, **shape))
        for pair in present(contestants):
            packets, lost = losses(pair, setup)
            deviation = NINETY_NINE * math.sqrt(share * (1 - share) * inflation / packets)
            held = abs(lost / packets - share) <= deviation
            rows.append(f"| {pair.name}, {name} | {packets} | {100 * lost / packets:.3f} % | {100 * (share - deviation):.3f} … "
                        f"{100 * (share + deviation):.3f} % | {'holds' if held else '**missed**'} |")
            figures[f"{pair.name}, {name}"] = {"packets": packets, "lost": lost}
    print("\n### Loss: what was asked for, and what was lost\n\n| | packets | lost | 99 % of all runs lose | |\n|---|---:|---:|---:|---|")
    print("\n".join(rows))
    return figures


def losses(pair, setup):
    try:
        pair.start()
        traffic.output_of(pair.near(setup.tool("nettool"), "flood", pair.address, traffic.PORT, "100", "30e6", "1" if setup.quick else "8"))
        wait_until(lambda: not pair.holds_packets())
        return pair.losses()
    finally:
        pair.close()


def measure_limit(setup):
    """How much one ferry carries; it is one process, and so at most one processor."""
    contestants = [PlainVeth("plain veth", 0), FlowbedLink(setup, "Flowbed, a delay", delay="1ms"),
                   FlowbedLink(setup, "Flowbed, a rate of 40 Gbit/s", rate="40Gbit"),
                   FlowbedLink(setup, "Flowbed by qdiscs, a delay", "qdisc", delay="1ms"),
                   FlowbedLink(setup, "Flowbed by qdiscs, a rate of 40 Gbit/s", "qdisc", rate="40Gbit"),
                   NetemLink("delay 1ms limit 1000000", "netem, a delay"), NetemLink("rate 40gbit limit 1000000", "netem, a rate of 40 Gbit/s")]
    figures = report.alternate(present(contestants), setup.rounds(3, 1), lambda pair: carried(pair, setup))
    report.table("How much one link carries", figures,
                 [("TCP Gbit/s", "tcp", "{:.2f}"), ("UDP of 1400 bytes, Gbit/s", "udp", "{:.2f}"), ("small frames Mpps", "mpps", "{:.3f}")])
    figures |= {"200 links": many_links(setup)}
    return figures


def carried(pair, setup):
    try:
        pair.start()
        traffic.reach(pair)
        return {"tcp": traffic.tcp_gigabits(pair, 4), "udp": datagrams(pair, setup, 100e9, 3) / 1e9, "mpps": traffic.small_frames(pair, setup, 3)}
    finally:
        pair.close()


class ManyLinks(Flowbed):
    def __init__(self, setup, hosts):
        super().__init__("Flowbed", setup, 1, "--link", "tc,bw=1,delay=10ms")
        self.topo = f"single,{hosts}"

    def on(self, host, *words):
        return [self.setup.flowbed, "exec", self.network, f"h{host}", "--", *words]


def many_links(setup, links=200, seconds=8):
    """Half of the hosts send 1.2 Mbit/s each to the other half, over two links of 1 Mbit/s and 10 ms."""
    network = ManyLinks(setup, links)
    pairs = [(n, n + links // 2) for n in range(1, links // 2 + 1)]
    try:
        network.start()
        for near, far in pairs:  # or the switch floods what it knows no port for
            subprocess.run(network.on(far, "ping", "-c", "1", f"10.0.0.{near}"), check=True, stdout=subprocess.DEVNULL)
        servers = [traffic.Server(network.on(far, setup.tool("nettool"), "sink", traffic.PORT, str(seconds)), "ready") for _, far in pairs]
        senders = [subprocess.Popen(network.on(near, setup.tool("nettool"), "flood", f"10.0.0.{far}", traffic.PORT, str(DATAGRAM), "1.2e6",
                                               str(seconds + 4)), stdout=subprocess.DEVNULL) for near, far in pairs]
        shares = sorted(json.loads(server.end().splitlines()[-1])["per_second"] * 8 * DATAGRAM / (1e6 * UDP_SHARE) for server in servers)
        for sender in senders:
            sender.wait()
    finally:
        network.close()
    print(f"\n{links} links of 1 Mbit/s at once: goodput over the arithmetic's, of {len(pairs)} flows over two of them each: "
          f"{shares[0]:.4f} at least, {statistics.median(shares):.4f} median, {shares[-1]:.4f} at most.")
    return {"share": shares}
