"""Applications as courses have them, written for os-ken, control networks in which hosts really talk."""
import json
import os
import pathlib
import re
import subprocess

import pytest

from conftest import wait_until
from openflow_rig import IN_TIME, Lab, application, count, machine, rules, running  # noqa: F401: machine is a fixture

if os.geteuid() != 0:
    pytest.skip("needs root for a network namespace in the machine's place", allow_module_level=True)

FABRIC = ["--mac", "--controller", "remote", "--listenport", "6654"]


class Reports:
    """What an application has said until now."""

    def __init__(self, folder):
        self.path = folder / "report"
        self.path.touch()

    def all(self, key):
        return [line for line in map(json.loads, self.path.read_text().splitlines()) if key in line]

    def wait(self, key, condition=bool):
        assert wait_until(lambda: condition(self.all(key)), IN_TIME), self.path.read_text()[-2000:]
        return self.all(key)


@pytest.fixture
def reports(tmp_path):
    return Reports(tmp_path)


def ofctl(machine, *words):
    return subprocess.run([*machine, "ovs-ofctl", "-O", "OpenFlow13", words[0], "tcp:127.0.0.1:6654", *words[1:]],
                          capture_output=True, text=True, check=True).stdout


# Servers say their name to each line; the client says how each connection went.
SERVER = """
import socketserver, sys
class Say(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(b'%d %s\\n' % (len(line), sys.argv[1].encode()))
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads, request_queue_size = True, True, 500
Server(('', int(sys.argv[2])), Say).serve_forever()
"""
CLIENT = """
import collections, json, socket, sys
target, port, connections, size = sys.argv[1], *map(int, sys.argv[2:])
seen = collections.Counter()
sockets = [socket.create_connection((target, port), 5) for _ in range(connections)]
files = [each.makefile('rwb') for each in sockets]
said = [set() for _ in files]
for turn in range(3):
    for file, names in zip(files, said):
        file.write(b'x' * (size - 1) + b'\\n')
        file.flush()
        length, name = file.readline().split()
        assert int(length) == size, (length, size)
        names.add(name.decode())
for names in said:
    seen[' and '.join(sorted(names))] += 1
print(json.dumps(seen))
"""


def serve(lab, node, port):
    return lab.serving(node, port, "/usr/bin/python3", "-c", SERVER, node, str(port))


def ask(lab, node, target, port, connections=1, size=10):
    """How many connections ended at whom: {name: connections}."""
    return json.loads(lab.run(node, "/usr/bin/python3", "-c", CLIENT, target, str(port), str(connections), str(size)).stdout)


def connects(lab, node, target, port):
    return lab.run(node, "/usr/bin/python3", "-c", f"import socket; socket.create_connection(('{target}', {port}), 0.4)",
                   check=False).returncode == 0


def test_a_firewall_lets_pass_what_it_permits_and_nothing_else(flowbed, machine, reports):
    flowbed.prefix = machine
    with running(machine, 6653, application("firewall13", 6653, REPORT=reports.path)), Lab(flowbed, "--topo", "single,3", *FABRIC) as lab:
        reports.wait("ready")
        with serve(lab, "h3", 80), serve(lab, "h3", 22), serve(lab, "h2", 80):
            assert lab.run("h2", "ping", "-c", "2", "-i", "0.1", "10.0.0.3").stdout.count("ttl=64") == 2
            assert ask(lab, "h1", "10.0.0.3", 80) == ask(lab, "h2", "10.0.0.3", 80) == ask(lab, "h1", "10.0.0.3", 22) == {"h3": 1}
            assert ask(lab, "h1", "10.0.0.3", 80, 1, 3_000_000) == {"h3": 1}, "many big segments"
            assert not connects(lab, "h2", "10.0.0.3", 22) and not connects(lab, "h1", "10.0.0.2", 80)
            refused = count(ofctl(machine, "dump-flows", "cookie=0xdead/-1"))
            assert refused >= 2
            assert not reports.all("removed")

            web = "tcp,nw_src=10.0.0.0/24,nw_dst=10.0.0.3,tp_dst=80"
            ofctl(machine, "del-flows", web)
            assert not connects(lab, "h1", "10.0.0.3", 80), "what the cache knew is gone with its rule"
            assert ask(lab, "h1", "10.0.0.3", 22) == {"h3": 1}
            assert count(ofctl(machine, "dump-flows", "cookie=0xdead/-1")) > refused
        [removed] = reports.wait("removed")
    fields = {each["OXMTlv"]["field"]: (each["OXMTlv"]["value"], each["OXMTlv"]["mask"]) for each in removed["removed"]}
    assert fields == {"eth_type": (0x800, None), "ip_proto": (6, None), "ipv4_src": ("10.0.0.0", "255.255.255.0"),
                      "ipv4_dst": ("10.0.0.3", None), "tcp_dst": (80, None)}
    assert removed["reason"] == 2 and removed["cookie"] == 0x5afe and removed["packets"] > 10


def test_a_load_balancer_shares_connections_by_weight(flowbed, machine, reports):
    flowbed.prefix = machine
    connections = 400
    with running(machine, 6653, application("balancer13", 6653, REPORT=reports.path)), Lab(flowbed, "--topo", "single,4", *FABRIC) as lab:
        reports.wait("ready")
        with serve(lab, "h2", 80), serve(lab, "h3", 80), serve(lab, "h4", 80):
            shares = ask(lab, "h1", "10.0.0.100", 80, connections)
            assert sum(ask(lab, "h1", "10.0.0.100", 80, 6, 1_000_000).values()) == 6
            assert "02:00:00:00:01:00" in lab.run("h1", "ip", "neighbour", "show", "10.0.0.100").stdout
            assert not connects(lab, "h1", "10.0.0.2", 80), "the servers have no other way to the client"
        group = ofctl(machine, "dump-group-stats")
        to_service = count(ofctl(machine, "dump-flows", "tcp,in_port=1,nw_dst=10.0.0.100,tp_dst=80"))
    assert set(shares) == {"h2", "h3", "h4"}, "no connection met two servers"
    expected = {"h2": connections / 4, "h3": connections / 4, "h4": connections / 2}
    assert all(abs(shares[name] - expected[name]) < 50 for name in shares), shares  # five standard deviations
    assert count(group, "packet_count") == to_service, group
    buckets = [count(part, "packet_count") for part in group.split("bucket")[1:]]
    assert sum(buckets) == to_service and min(buckets) > connections, group


def iperf3(lab, node, *words):
    """The bit/s that arrived."""
    done = lab.run(node, "iperf3", "--client", "10.0.0.2" if node == "h1" else "10.0.0.1", "--json", "--time", "2", *words)
    ends = json.loads(done.stdout)["end"]
    if "sum_received" in ends:
        return ends["sum_received"]["bits_per_second"]
    return ends["sum"]["bits_per_second"] * (1 - ends["sum"]["lost_percent"] / 100)


def connections(lab, node):
    """The TCP connections that may still send: the kernel's own, too, of processes that have ended."""
    return lab.run(node, "ss", "-Htn", "state", "connected", "exclude", "time-wait").stdout


ASK_FOR_METERS = "import socket; s = socket.socket(17, 3); s.bind(('h1-eth0', 0)); s.send(b'\\xff' * 6 + bytes([2, 0, 0, 0, 0, 9]) + b'\\x88\\xb5' + bytes(50))"


def test_a_rate_limiter_holds_its_rates_and_counts_what_it_dropped(flowbed, machine, reports):
    flowbed.prefix = machine
    with running(machine, 6653, application("limiter13", 6653, REPORT=reports.path)), Lab(flowbed, "--topo", "minimal", *FABRIC) as lab:
        reports.wait("ready")
        with lab.serving("h2", 5201, "iperf3", "--server"), lab.serving("h1", 5201, "iperf3", "--server"):
            udp = iperf3(lab, "h1", "--udp", "--bitrate", "30M", "--length", "1200")
            tcp = iperf3(lab, "h2")
        assert wait_until(lambda: not any(connections(lab, node) for node in ("h1", "h2")), IN_TIME), "what is read one after the other stands still"
        lab.run("h1", "/usr/bin/python3", "-c", ASK_FOR_METERS)
        of_rules = {line["rule"]: line for line in reports.wait("rule", lambda lines: len(lines) == 2)}
    assert 4.4e6 < udp < 5.6e6, udp  # without frames' headers, with a burst of 0.25 Mbit/s
    assert 0.5e6 < tcp < 22e6, tcp  # what is lost in bursts costs TCP much of it
    meters = {line["meter"]: line for line in reports.all("meter")}
    settings = {line["setting"]: (line["flags"], line["rate"], line["burst"]) for line in reports.all("setting")}
    assert settings == {1: (13, 5000, 500), 2: (13, 20000, 500)}
    for number in (1, 2):
        meter, rule = meters[number], of_rules[number]
        assert meter["flows"] == 1 and (meter["packets"], meter["bytes"]) == (rule["packets"], rule["bytes"])
        assert 0 < meter["dropped"] < meter["packets"] and 0 < meter["dropped_bytes"] < meter["bytes"]
    passed = (meters[1]["bytes"] - meters[1]["dropped_bytes"]) * 8
    assert 0.9 * 2 * 5e6 < passed, "about two seconds of it"


def ring_links(switches):
    """Of `ring`: port 1 of a switch is its host's, 2 and 3 lead on; both directions."""
    return {frozenset((one, one % switches + 1)) for one in range(1, switches + 1)}


def tree_links(fanout):
    return {frozenset((1, leaf)) for leaf in range(2, fanout + 2)}


@pytest.mark.parametrize("topology, switches, links", [("ring,4", 4, ring_links(4)), ("tree,2,3", 4, tree_links(3))])
def test_discovery_finds_all_switches_and_links(flowbed, machine, reports, topology, switches, links):
    flowbed.prefix = machine

    def pairs(line):
        return {frozenset((link[0], link[2])) for link in line["links"]}

    def found(lines):
        return lines and len(lines[-1]["switches"]) == switches and len(lines[-1]["links"]) == 2 * len(links)

    with running(machine, 6653, application("discovery13", 6653, "--observe-links", REPORT=reports.path)), \
            Lab(flowbed, "--topo", topology, *FABRIC) as lab:
        seen = reports.wait("links", found)[-1]
        assert pairs(seen) == links
        ends = [(link[1], link[3]) for link in seen["links"]]
        assert {(b, a) for a, b in ends} == set(ends), "each link in both directions"
        assert sorted(seen["switches"]) == [str(dpid) for dpid in range(1, switches + 1)]
        lost = frozenset((1, 2))
        lab.type("link s1 s2 down")
        gone = reports.wait("links", lambda lines: lines and len(lines[-1]["links"]) == 2 * (len(links) - 1))[-1]
        assert pairs(gone) == links - {lost}
        lab.type("link s1 s2 up")
        assert pairs(reports.wait("links", found)[-1]) == links


PAGE = pathlib.Path(__file__).resolve().parents[2] / "switchd" / "openflow" / "README.md"


@pytest.mark.parametrize("number, controller_sees", [(0, False), (1, True)])
def test_the_first_applications_of_the_page(flowbed, machine, tmp_path, number, controller_sees):
    file = tmp_path / "app.py"
    file.write_text(re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[number])
    flowbed.prefix = machine
    with running(machine, 6653, application(str(file), 6653)):
        out = flowbed.shell("pingall\nh1 ping -c 5 -i 0.1 h2\ncontrollers s1 --json\ncache s1 --json\n",
                            "--topo", "single,3", "--controller", "remote").stdout
    assert "(6/6 received)" in out and " 0% packet loss" in out, out
    packet_ins = int(re.search(r'"packet_ins": (\d+)', out)[1])
    assert (packet_ins > 0) == controller_sees, out
    masks = re.findall(r'"mask": "(.*)"', out)
    assert all(("eth_dst" in mask) == controller_sees for mask in masks), masks
