"""sFlow, NetFlow and IPFIX, end to end: what collectors in hosts, in the fabric and on the machine get is read by tshark."""
import json
import os
import re
import shutil
import subprocess

import pytest

from conftest import BIN, SLOWNESS, wait_until

if os.geteuid() != 0:
    pytest.skip("needs root for a network namespace in the machine's place", allow_module_level=True)
if not shutil.which("tshark"):
    pytest.skip("needs tshark", allow_module_level=True)

PORTS = {"sflow": 6343, "netflow": 2055, "ipfix": 4739}

# Writes what comes to a UDP port as a capture: each datagram once more as a packet of its own (link type 101, raw IP).
COLLECTOR = r"""
import signal, socket, struct, sys, time
port, path = int(sys.argv[1]), sys.argv[2]
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", port))
out = open(path, "wb", buffering=0)
out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
while True:
    data, peer = s.recvfrom(65535)
    udp = struct.pack(">HHHH", peer[1], port, 8 + len(data), 0) + data
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, socket.inet_aton(peer[0]), socket.inet_aton("10.0.0.9"))
    now = time.time()
    out.write(struct.pack("<IIII", int(now), int(now % 1 * 1e6), len(ip + udp), len(ip + udp)) + ip + udp)
"""


def tshark(path, port, protocol, *arguments):
    done = subprocess.run(["tshark", "-r", str(path), "-o", "ip.check_checksum:FALSE", "-d", f"udp.port=={port},{protocol}", *arguments],
                          capture_output=True, text=True, timeout=60 * SLOWNESS)
    assert done.returncode == 0, done.stderr
    return done.stdout


def fields(path, protocol, *names, only=None):
    """A line for each packet, of lists: a field may occur several times."""
    dissector = "sflow" if protocol == "sflow" else "cflow"
    arguments = [part for name in names for part in ("-e", name)]
    text = tshark(path, PORTS[protocol], dissector, *(["-Y", only] if only else []), "-T", "fields", "-E", "occurrence=a", *arguments)
    return [[field.split(",") if field else [] for field in line.split("\t")] for line in text.splitlines() if line.strip()]


def assert_well_formed(path, protocol):
    dissector = "sflow" if protocol == "sflow" else "cflow"
    assert tshark(path, PORTS[protocol], dissector, "-Y", "_ws.malformed || _ws.short || _ws.unreassembled") == ""
    assert tshark(path, PORTS[protocol], dissector, "-Y", dissector).strip(), "nothing was understood"


@pytest.fixture
def machine():
    """A prefix for commands: they see a machine with nothing but its loopback."""
    holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "ip link set lo up && echo ready && exec sleep 1000"], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "ready\n"
    yield ["nsenter", f"--net=/proc/{holder.pid}/ns/net"]
    holder.kill()
    holder.wait()


class Network:
    """A shell whose answers are waited for."""

    def __init__(self, flowbed, *arguments):
        self.flowbed = flowbed
        self.process = flowbed.start("--name", "lab", *arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.turn = 0
        self.ask("")

    def ask(self, command):
        self.turn += 1
        mark = f"mark-{self.turn}-end"
        self.process.stdin.write(f"{command}\nsh echo {mark}\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if mark in line:
                return "".join(lines)
            lines.append(line)
        raise AssertionError("the shell has ended:\n" + "".join(lines))

    def collect(self, place, protocol, machine=()):
        path = self.flowbed.work / f"{protocol}-{place}.pcap"
        script = self.flowbed.work / "collector.py"
        script.write_text(COLLECTOR)
        command = ["/usr/bin/python3", str(script), str(PORTS[protocol]), str(path)]
        if place == "machine":
            self.collector = subprocess.Popen([*machine, *command])
        else:
            self.ask(f"{place} {' '.join(command)} >/dev/null 2>&1 &")
        assert wait_until(lambda: path.exists() and path.stat().st_size >= 24)
        return path

    def end(self):
        text, _ = self.process.communicate("exit\n", timeout=30 * SLOWNESS)
        if getattr(self, "collector", None):
            self.collector.kill()
            self.collector.wait()
        return text


def totals(path, protocol, source, destination, ip_protocol):
    """Packets and octets of all records of a flow."""
    packets = octets = 0
    for line in records(path, ["cflow.srcaddr", "cflow.dstaddr", "cflow.protocol", "cflow.packets", "cflow.octets"], protocol):
        if line[:3] == [source, destination, str(ip_protocol)]:
            packets += int(line[3])
            octets += int(line[4])
    return packets, octets


def records(path, names, protocol):
    """One list for each flow record of each datagram."""
    tree = json.loads(tshark(path, PORTS[protocol], "cflow", "-T", "json", "--no-duplicate-keys"))
    found = []

    def walk(node):
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            if any(name in node for name in names):
                found.append([node.get(name) for name in names])
            for each in node.values():
                walk(each)

    walk(tree)
    return found


@pytest.mark.parametrize("protocol", ["netflow", "ipfix"])
def test_what_is_told_of_flows_is_what_crossed(flowbed, protocol):
    network = Network(flowbed, "--switch", f"default,{protocol}=127.0.0.1,place=h2,idle_timeout=2")
    path = network.collect("h2", protocol)
    network.ask("h1 ping -c 7 -i 0.05 -s 100 10.0.0.2")
    assert wait_until(lambda: totals(path, protocol, "10.0.0.1", "10.0.0.2", 1)[0] > 0, 20), network.ask("exports s1")
    for source, destination in (("10.0.0.1", "10.0.0.2"), ("10.0.0.2", "10.0.0.1")):
        assert totals(path, protocol, source, destination, 1) == (7, 7 * 128)
    assert_well_formed(path, protocol)
    shown = network.ask("exports s1")
    assert re.search(rf"^{protocol} +127.0.0.1:{PORTS[protocol]} +h2 +\d+ flows, \d+ going on +[1-9]", shown, re.MULTILINE), shown
    network.end()


@pytest.mark.parametrize("protocol", ["netflow", "ipfix"])
def test_a_bulk_transfer_is_counted_in_packets_of_the_wire(flowbed, protocol):
    network = Network(flowbed, "--topo", "linear,2", "--switch", f"default,{protocol}=127.0.0.1,place=h2,idle_timeout=2,active_timeout=1000")
    path = network.collect("h2", protocol)
    network.ask("h2 iperf3 -s -1 -D >/dev/null")
    network.ask("h1 iperf3 -c 10.0.0.2 -t 1 -p 5201 >/dev/null")
    assert wait_until(lambda: totals(path, protocol, "10.0.0.1", "10.0.0.2", 6)[0] > 1000, 30), network.ask("exports s1")
    packets, octets = totals(path, protocol, "10.0.0.1", "10.0.0.2", 6)
    ports = network.ask("ports s1")
    out = re.search(r"^ *s1-eth2 +2 +up +\d+ +\d+ +\d+ +(\d+) +(\d+)", ports, re.MULTILINE)
    # Both switches tell of the same packets. Of ARP nothing is told: a few packets of 42 bytes.
    assert packets % 2 == 0 and octets % 2 == 0
    others = int(out[1]) - packets // 2
    assert 0 <= others <= 10 and int(out[2]) - (octets // 2 + packets // 2 * 14) == others * 42, (packets, octets, ports)
    flags = {line[0] for line in records(path, ["cflow.tcpflags"], protocol)}
    assert flags - {None}, "TCP's flags are told"
    assert_well_formed(path, protocol)
    network.end()


def test_a_flow_that_goes_on_is_told_by_the_active_timeout(flowbed):
    network = Network(flowbed, "--switch", "default,netflow=127.0.0.1,place=h2,idle_timeout=60,active_timeout=2")
    path = network.collect("h2", "netflow")
    network.ask("h1 ping -c 60 -i 0.1 10.0.0.2")

    def counts():
        return [int(line[1]) for line in records(path, ["cflow.srcaddr", "cflow.packets"], "netflow") if line[0] == "10.0.0.1"]

    assert len(counts()) >= 2 and all(15 <= count <= 35 for count in counts()[:2]), counts()
    network.ask("export s1 netflow=none")
    assert wait_until(lambda: sum(counts()) == 60, 5), f"what is left is told at the end: {counts()}"
    network.end()


def test_samples_hold_the_packets_and_counters_those_of_ports(flowbed):
    network = Network(flowbed, "--switch", "default,sflow=127.0.0.1,place=h2,sampling=1,polling=1")
    path = network.collect("h2", "sflow")
    network.ask("h1 ping -c 20 -i 0.05 -s 100 10.0.0.2")

    def echoes(kind):
        return sum(line[0].count(str(kind)) for line in fields(path, "sflow", "icmp.type"))

    assert wait_until(lambda: echoes(0) >= 20, 10), network.ask("exports s1")
    assert echoes(8) == 20 and echoes(0) == 20
    assert_well_formed(path, "sflow")
    for rates, protocols, outputs in fields(path, "sflow", "sflow.flow_sample.sampling_rate", "sflow_245.header_protocol",
                                            "sflow.flow_sample.output_interface_value", only="icmp"):
        assert {rate.split()[-2] if " " in rate else rate for rate in rates} == {"1"} and set(protocols) == {"1"}
        assert len(outputs) == len(rates) and "0" not in outputs
    assert wait_until(lambda: any(line[0] for line in fields(path, "sflow", "sflow_245.ifinoct")), 5)
    shown = network.ask("exports s1")
    assert re.search(r"^sflow +127.0.0.1:6343 +h2 +[1-9]\d* packets, [1-9]\d* counters", shown, re.MULTILINE), shown
    network.end()


def test_one_in_sixteen_is_about_that(flowbed):
    network = Network(flowbed, "--switch", "default,sflow=127.0.0.1,place=h2,sampling=16,polling=0")
    path = network.collect("h2", "sflow")
    network.ask("h1 ping -c 2000 -i 0.002 -q 10.0.0.2")
    count = int(re.search(r"(\d+) packets", network.ask("exports s1"))[1])
    assert abs(count - 250) < 80, count  # five standard deviations
    assert_well_formed(path, "sflow") if count else None
    network.end()


def test_collectors_on_the_machine_and_in_the_fabric(flowbed, machine):
    flowbed.prefix = machine
    network = Network(flowbed, "--switch", "default,sflow=127.0.0.1,sampling=1,ipfix=127.0.0.1,place=fabric,idle_timeout=1")
    on_machine, in_fabric = network.collect("machine", "sflow", machine), network.collect("s1", "ipfix")
    network.ask("h1 ping -c 3 -i 0.1 10.0.0.2")
    assert wait_until(lambda: tshark(on_machine, PORTS["sflow"], "sflow", "-Y", "icmp").strip(), 10), network.ask("exports s1")
    assert wait_until(lambda: totals(in_fabric, "ipfix", "10.0.0.1", "10.0.0.2", 1)[0] == 3, 20), network.ask("exports s1")
    network.end()


def test_it_is_switched_on_and_off_while_the_network_runs(flowbed):
    network = Network(flowbed)
    assert "tells nobody" in network.ask("exports s1")
    path = network.collect("h2", "sflow")
    network.ask("export s1 sflow=127.0.0.1,sampling=1,place=h2")
    network.ask("h1 ping -c 3 -i 0.1 10.0.0.2")
    assert wait_until(lambda: tshark(path, PORTS["sflow"], "sflow", "-Y", "icmp").strip(), 10), network.ask("exports s1")
    network.ask("export s1 sflow=none")
    assert "tells nobody" in network.ask("exports s1")
    assert "is no address of a collector" in network.ask("export s1 netflow=nowhere")
    assert "neither" in network.ask("export s1 netflow=127.0.0.1,place=h7")
    network.end()


def test_a_collector_that_is_not_there_costs_nothing(flowbed):
    network = Network(flowbed, "--switch", "default,sflow=127.0.0.1,place=h2,sampling=1,polling=1,netflow=127.0.0.1,place=h1")
    text = network.ask("h1 ping -c 20 -i 0.1 10.0.0.2")
    assert " 0% packet loss" in text
    assert wait_until(lambda: "nobody listens" in network.ask("exports s1"), 5)
    network.end()


ALONE = r"""
mount -t tmpfs none /run && mkdir /run/netns
for i in 1 2; do
  ip netns add n$i && ip link add p$i type veth peer name e$i netns n$i && ip link set p$i up
  ip -n n$i addr add 10.9.0.$i/24 dev e$i && ip -n n$i link set e$i up
done
/usr/bin/python3 "$2" 2055 "$3" & collector=$!
"$1" --bridge s1 --dpid 0x2a --ports p1,p2 --netflow 127.0.0.1,idle_timeout=1 &
switch=$!
sleep 0.5
ip netns exec n1 ping -c 5 -i 0.05 -W 1 10.9.0.2
sleep 0.2
kill -TERM $switch; wait $switch; echo status $?
kill $collector
"""


def test_a_switch_by_itself_tells_the_last_when_it_ends(machine, tmp_path):
    (tmp_path / "collector.py").write_text(COLLECTOR)
    path = tmp_path / "netflow.pcap"
    done = subprocess.run([*machine, "unshare", "--mount", "sh", "-c", ALONE, "sh", str(BIN / "flowbed-switchd"),
                           str(tmp_path / "collector.py"), str(path)], capture_output=True, text=True, timeout=60 * SLOWNESS)
    assert "status 0" in done.stdout, done.stdout + done.stderr
    assert totals(path, "netflow", "10.9.0.1", "10.9.0.2", 1)[0] == 5, done.stdout + done.stderr


if __name__ == "__main__":
    raise SystemExit(pytest.main(["-q", "-rs", "-p", "no:cacheprovider", __file__]))
