"""Links that do something to packets: what the arithmetic says of them, whoever emulates them."""
import json
import os
import re
import signal
import subprocess

import pytest

from conftest import SLOWNESS, answers, wait_until


PAUSE = 0.3 * SLOWNESS


def topology(links, hosts=2, **options):
    return json.dumps({"flowbed": 1, "options": options,
                       "nodes": [{"name": f"h{n}"} for n in range(1, hosts + 1)] + [{"name": "s1", "kind": "switch"},
                                                                                    {"name": "s2", "kind": "switch"}],
                       "links": [{"a": {"node": a}, "b": {"node": b}, **shape} for a, b, shape in links]})


@pytest.fixture(params=["ferry", "qdisc"])
def backend(request, flowbed):
    """Who emulates links: a test runs with both, where the kernel can."""
    if request.param == "qdisc" and netem(flowbed)["status"] != "ok":
        pytest.skip("this kernel has no netem")
    return request.param


def on_each_kernel(*backends):
    """Marks a test for each kernel of tests/vm each time, with these only: they are slow there."""
    return pytest.mark.parametrize("backend", [pytest.param(each, marks=pytest.mark.every_kernel) if each in backends else each
                                               for each in ("ferry", "qdisc")], indirect=True)


FOUND = {}


def netem(flowbed):
    """What doctor says of it; it is the kernel's, and so the same for everybody."""
    if not FOUND:
        FOUND.update({f["check"]: f for f in json.loads(flowbed.run("doctor", "--json").stdout)})
    return FOUND["netem"]


def needs_seed(flowbed, backend):
    if backend == "qdisc" and "takes a seed" not in netem(flowbed)["finding"]:
        pytest.skip("this kernel's netem takes no seed")


def round_trips(out):
    """Of each reply, in ms."""
    return [float(ms) for ms in re.findall(r"time=([\d.]+) ms", out)]


def replies(out):
    return [int(n) for n in re.findall(r"icmp_seq=(\d+) ttl", out)]


@on_each_kernel("ferry", "qdisc")
def test_a_delay_is_at_least_that(flowbed, backend):
    out = flowbed.shell("h1 ping -c 5 -i 0.1 h2\n", "--arp", "--link", "tc,delay=10ms", "--link-backend", backend).stdout
    assert len(round_trips(out)) == 5, out
    assert min(round_trips(out)) >= 40, "four links, there and back"


def test_each_direction_has_its_own(flowbed, backend):
    (flowbed.work / "t.json").write_text(topology(
        [("h1", "s1", {"delay": "1ms", "a_to_b": {"delay": "30ms"}}), ("h2", "s1", {})], static_arp=True, link_backend=backend))
    out = flowbed.shell("h1 ping -c 3 -i 0.1 h2\nlink h1 s1 --json\n", "t.json").stdout
    assert min(round_trips(out)) >= 31, out
    link, = answers(out)[0]["links"]
    assert link["by"] == backend and link["a_to_b"]["shape"] == "delay 30ms" and link["b_to_a"]["shape"] == "delay 1ms"
    assert link["a_to_b"]["delivered"]["packets"] == link["b_to_a"]["delivered"]["packets"] == 3


@on_each_kernel("qdisc")
def test_a_rate_is_not_exceeded(flowbed, backend):
    """And the kernel is handed packets one by one, for its qdiscs would take a super-packet for one packet."""
    out = flowbed.shell("iperf h1 h2 4 --json\nlink h1 s1 --json\nlink h1 s1\nh1 cat /proc/net/snmp\n", "--link", "tc,bw=10",
                        "--link-backend", backend).stdout
    measured, link = answers("\n" + out)
    assert 0 < measured["server_bits_per_second"] <= 10e6, out
    there = link["links"][0]["a_to_b"]
    assert there["shape"] == "10Mbit" and there["delivered"]["packets"] > 100 and there["dropped"]["loss"] == 0
    assert "10Mbit" in out
    handed_down, segments = count(out, "Ip", "OutRequests"), count(out, "Tcp", "OutSegs")
    assert (handed_down >= segments) == (backend == "qdisc"), (handed_down, segments)


def count(snmp, protocol, counter):
    names, values = re.findall(rf"^{protocol}: (.*)$", snmp, re.M)
    return int(values.split()[names.split().index(counter)])


def test_the_queue_holds_so_many_packets_whatever_the_delay(flowbed, backend):
    """What is sent at once waits at the rate, but for what there is no room for; one is being sent already."""
    burst = ("import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect((\"10.0.0.2\", 9)); "
             "[s.send(bytes(958)) for _ in range(100)]")
    out = flowbed.shell(f"h1 ping -c 1 h2\nh1 /usr/bin/python3 -c '{burst}'\nsh sleep 4\nlink h1 s1 --json\n", "--arp",
                        "--link", "tc,rate=100kbit,delay=200ms,max_queue=30", "--link-backend", backend).stdout
    there = answers(out)[0]["links"][0]["a_to_b"]
    assert there["delivered"]["packets"] == 32 and there["dropped"]["queue_full"] == 69, out


@pytest.mark.every_kernel
def test_a_pattern_loses_what_it_says(flowbed):
    (flowbed.work / "t.json").write_text(topology(
        [("h1", "s1", {"a_to_b": {"loss_pattern": "001"}}), ("h2", "s1", {})], static_arp=True))
    out = flowbed.shell("h1 ping -c 9 -i 0.02 -W 1 h2\n", "t.json").stdout
    assert replies(out) == [1, 2, 4, 5, 7, 8], out


def test_a_seed_decides_what_is_lost(flowbed, backend):
    needs_seed(flowbed, backend)

    def lost(seed):
        out = flowbed.shell("h1 ping -c 60 -i 0.01 -W 1 h2\nlink h1 s1\n", "--arp", "--link", "tc,loss=20",
                            "--seed", str(seed), "--link-backend", backend).stdout
        assert f"seed {seed}\n" in out, out
        return replies(out)
    assert lost(7) == lost(7) != lost(8)


@on_each_kernel("qdisc")
def test_links_change_while_packets_are_on_their_way(flowbed, backend):
    out = flowbed.shell("h1 ping -c 3 -i 0.1 h2\nlink h1 s1 delay 50ms\nh1 ping -c 3 -i 0.1 h2\n"
                        "link h1 s1 from s1 delay 100ms\nh1 ping -c 3 -i 0.1 h2\n"
                        "h1 ping -c 20 -i 0.05 h2 > ping.txt &\nlink h1 s1 delay 20ms rate 10Mbit\nh1 wait\nh1 cat ping.txt\n",
                        "--arp", "--link", "tc,delay=5ms", "--link-backend", backend).stdout
    times = round_trips(out)
    assert min(times[:3]) >= 20 and min(times[3:6]) >= 110 and min(times[6:9]) >= 160, out
    assert "20 packets transmitted, 20 received" in out, out


@pytest.mark.parametrize("ends", ["h1 s1", "h1-eth0 s1-eth1"])
def test_down_and_up_keep_addresses_and_routes(flowbed, backend, ends):
    out = flowbed.shell(f"h1 ip route add 10.9.0.0/16 via 10.0.0.2\nlink {ends} down\nh1 cat /sys/class/net/h1-eth0/carrier\n"
                        f"h1 ping -c 1 -W 1 h2\nlink {ends} up\nh1 ip route\nh1 cat /sys/class/net/h1-eth0/carrier\n"
                        "h1 ping -c 1 h2\n", "--link", "tc,delay=1ms", "--link-backend", backend).stdout
    assert re.findall(r"^[01]$", out, re.M) == ["0", "1"], out
    assert "10.9.0.0/16 via 10.0.0.2" in out
    assert "1 packets transmitted, 0 received" in out and "1 packets transmitted, 1 received" in out


@on_each_kernel("ferry")
def test_the_far_end_loses_its_carrier(flowbed, backend):
    out = flowbed.shell(f"h1 ip link set h1-eth0 down\nsh sleep {PAUSE}\nports s1 --json\nh1 ip link set h1-eth0 up\nsh sleep {PAUSE}\n"
                        "ports s1 --json\n", "--link", "tc,delay=1ms", "--link-backend", backend).stdout
    down, up = answers("\n" + out)
    assert [port["up"] for port in down["ports"]] == [False, True], out
    assert [port["up"] for port in up["ports"]] == [True, True], out


def test_every_kind_of_link(flowbed, backend):
    """Between hosts, between switches, several between the same two."""
    shape = {"delay": "5ms"}
    (flowbed.work / "t.json").write_text(topology(
        [("h1", "s1", {}), ("h2", "s2", {}), ("s1", "s2", shape), ("h1", "h2", shape), ("h1", "h2", shape)], link_backend=backend))
    out = flowbed.shell("h1 ping -c 2 -i 0.1 10.0.0.2\nlink s1 s2\nlink h1 h2\nh1 ip addr add 192.168.1.1/24 dev h1-eth1\n"
                        "h2 ip addr add 192.168.1.2/24 dev h2-eth1\nh1 ping -c 2 -i 0.1 192.168.1.2\n", "t.json").stdout
    assert len(round_trips(out)) == 4 and min(round_trips(out)) >= 10, out
    assert out.count("emulated by the ferry" if backend == "ferry" else "emulated by the kernel's netem") == 3, out


class RunningShell:
    """A shell that is spoken to line by line."""

    def __init__(self, flowbed, *options):
        self.flowbed = flowbed
        self.process = flowbed.start(*options, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def until(self, text):
        """What it says up to the line with `text`."""
        out = ""
        while text not in out:
            line = self.process.stdout.readline()
            assert line, out
            out += line
        return out

    def ferry(self):
        pid, = [int(p) for p in os.listdir("/proc") if p.isdigit() and is_ferry(p, self.flowbed)]
        return pid


def test_a_killed_ferry_comes_back(flowbed):
    with RunningShell(flowbed, "--link", "tc,delay=5ms", "--link-backend", "ferry") as shell:
        shell.tell("pingall")
        shell.until("*** Results: 0% dropped")
        os.kill(shell.ferry(), signal.SIGKILL)
        wait_until(lambda: False, 0.5 * SLOWNESS)
        shell.tell("pingall")
        out = shell.until("*** Results")
        assert "the ferry had ended (killed by signal 9) and was started again" in out and " 0% dropped" in out, out


FLOOD = """import socket
flood = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(20000):
    flood.sendto(b"x", ("10.0.0.2", 9))
"""


def test_a_ferry_that_cannot_keep_up_says_so(flowbed):
    (flowbed.work / "flood.py").write_text(FLOOD)
    with RunningShell(flowbed, "--arp", "--link", "tc,delay=1ms", "--link-backend", "ferry") as shell:
        shell.tell("pingall")
        shell.until("*** Results: 0% dropped")
        os.kill(shell.ferry(), signal.SIGSTOP)
        wait_until(lambda: False, 1.1)  # it looks for losses once a second
        shell.tell("h1 /usr/bin/python3 flood.py; echo flooded")
        shell.until("flooded")
        os.kill(shell.ferry(), signal.SIGCONT)
        shell.until("the links together carry more than the ferry can")
        shell.tell("link h1 s1")
        shell.until("packets of all links were too many for the ferry")


def is_ferry(pid, flowbed):
    try:
        words = open(f"/proc/{pid}/cmdline").read().split("\0")
    except OSError:
        return False
    return words[0].startswith(str(flowbed.folder)) and "--ferry" in words


@pytest.mark.parametrize("link, message", [
    ("tc,delay=10", 'delay: "10" is not a time; write e.g. 10ms'),
    ("tc,loss=140", 'loss: "140%" is not a share'),
    ("tc,bw=0", "nothing passes at 0"),
    ("tc,dealy=10ms", '"dealy" says nothing about a link; did you mean "delay"?'),
    ("tc,max_queue_bytes=100B", "a queue holds at least one packet"),
    ("tc,jitter=0", "a distribution without spread is a delay"),
    ("tc,trace=no-such-file", "no-such-file"),
])
def test_bad_links_are_refused(flowbed, link, message):
    done = flowbed.run("--link", link, "--test", "pingall", check=False)
    assert done.returncode != 0 and message in done.stdout + done.stderr, done


def test_a_rate_above_what_the_ferry_carries_is_warned_of(flowbed):
    out = flowbed.shell("pingall\n", "--link", "tc,rate=40Gbit", "--link-backend", "ferry")
    assert "a link has a rate of 40Gbit, and on this machine the ferry carries about" in out.stdout + out.stderr
    assert " 0% dropped" in out.stdout
    quiet = flowbed.shell("links\n", "--link", "tc,rate=100Mbit", "--link-backend", "ferry")
    assert "carries about" not in quiet.stdout + quiet.stderr


def test_a_single_option_ends(flowbed):
    out = flowbed.shell("link h1 s1 from h1 jitter none\nlink h1 s1 loss none\nlink h1 s1 --json\n", "--link", "tc,delay=5ms,jitter=1ms,loss=1").stdout
    link, = answers("\n" + out)[0]["links"]
    assert link["a_to_b"]["shape"] == "delay 5ms" and link["b_to_a"]["shape"] == "delay 5ms, jitter 1ms", out


def test_a_trace_out_of_order_is_refused_with_its_line(flowbed):
    (flowbed.work / "bad.trace").write_text("1\n5\n4\n")
    done = flowbed.run("--link", "tc,trace=bad.trace", "--test", "pingall", check=False)
    assert done.returncode != 0 and "line 3: 4 comes after 5" in done.stdout + done.stderr, done


def test_a_schedule_changes_links_and_is_kept(flowbed, backend):
    (flowbed.work / "t.json").write_text(topology(
        [("h1", "s1", {"schedule": [{"at": "200ms", "delay": "40ms"}, {"at": "400ms", "up": False},
                                    {"at": "600ms", "up": True, "b_to_a": {"delay": "60ms"}}, {"at": "3600s", "delay": "1s"}]}),
         ("h2", "s1", {})], static_arp=True, link_backend=backend))
    out = flowbed.shell(f"h1 sleep {1 + PAUSE}\nh1 ping -c 3 -i 0.1 h2\nlink h1 s1 --json\nlink h1 s1 from h1 delay 10ms\n"
                        "h1 ping -c 3 -i 0.1 h2\nlink h1 s1 --json\nlink h1 s1\nsave kept.json\n", "t.json").stdout
    times = round_trips(out)
    assert min(times[:3]) >= 100 and 70 <= min(times[3:6]) < 100, out
    before, after = [answer["links"][0] for answer in answers(out)]
    assert [change["done"] for change in before["schedule"]] == [True, True, True, False]
    assert before["schedule"][2]["change"] == "up, from s1 delay 60ms"
    assert [change["at"] for change in after["schedule"]] == [3600]  # what was done before stays so
    assert "  at 3600 s: delay 1s\n" in out
    link = json.loads((flowbed.work / "kept.json").read_text())["links"][0]
    assert link["schedule"] == [{"at": "3600s", "delay": "1s"}]


def test_a_schedule_out_of_order_is_refused(flowbed):
    (flowbed.work / "t.json").write_text(topology(
        [("h1", "s1", {"schedule": [{"at": "2s", "up": False}, {"at": "1s", "up": True}]})]))
    refused = flowbed.run("t.json", check=False)
    assert refused.returncode != 0
    assert "links[0].schedule[1].at: it is not after the change before it" in refused.stderr


def test_a_recording_tells_each_packets_fate(flowbed):
    flowbed.shell("record h1 s1 link.csv\nh1 ping -c 4 -i 0.02 -W 1 h2\nrecord-stop h1 s1\n"
                  "h1 ping -c 1 -W 1 h2\n", "--arp", "--link", "tc,delay=5ms,loss_pattern=01")
    lines = (flowbed.work / "link.csv").read_text().splitlines()
    assert lines[0] == "# Flowbed link recording 1"
    events = [line.split(",") for line in lines if not line.startswith(("#", "time"))]
    of_h1 = [(event, int(packet)) for _, end, event, packet, *_ in events if end == "h1-eth0"]
    assert of_h1 == [("arrive", 1), ("deliver", 1), ("arrive", 2), ("loss", 2),
                     ("arrive", 3), ("deliver", 3), ("arrive", 4), ("loss", 4)]
    assert {float(delay) for _, _, event, *_, delay in events if event == "deliver"} == {0.005}
    assert [float(at) for at, *_ in events] == sorted(float(at) for at, *_ in events)


def test_a_report_is_drawn(flowbed):
    out = flowbed.shell("record h1 s1 link.csv\niperf h1 h2 2 --json\nrecord-stop h1 s1\nreport link.csv link.png\n",
                        "--link", "tc,bw=10,delay=2ms,max_queue_size=20", "--link-backend", "ferry").stdout
    assert "from h1-eth0" in out and "queue_full" in out
    assert (flowbed.work / "link.png").read_bytes().startswith(b"\x89PNG")
    report = json.loads(flowbed.run("report", "link.csv", "link.svg", "--json").stdout)
    assert "</svg>" in (flowbed.work / "link.svg").read_text()
    there = report["directions"][0]
    assert there["from"] == "h1-eth0" and there["capacity"] == pytest.approx(10e6)
    assert there["arrived"] >= there["delivered"] + there["dropped"]["queue_full"]
    assert there["bits_per_second"] <= 10e6
    assert there["delay_ms"]["min"] >= 2


@pytest.mark.parametrize("script, message", [
    ("record h1 s1 a.csv", "record: the link is a plain veth pair"),
    ("record h2 s1 a.csv\nrecord h2 s1 b.csv", "use: record-stop h2-eth0 s1-eth2"),
    ("record-stop h2 s1", "record-stop: the link is not being recorded"),
    ("record h2 s1 .", "no regular file|Is a directory"),
    ("report t.json", "t.json: line 1: this is no recording of a link"),
])
def test_what_cannot_be_recorded(flowbed, script, message):
    (flowbed.work / "t.json").write_text(topology([("h1", "s1", {}), ("h2", "s1", {"delay": "1ms"})], link_backend="ferry"))
    assert re.search(message, flowbed.shell(script + "\n", "t.json", check=False).stderr)
    assert not (flowbed.work / "b.csv").exists()


def test_a_link_becomes_emulated_and_plain_again_and_its_host_keeps_all(flowbed, backend):
    out = flowbed.shell("h1 ip route add 10.9.0.0/16 via 10.0.0.2\nh1 ip link show h1-eth0\n"
                        "link h1 s1 delay 20ms\nh1 ping -c 2 -i 0.1 h2\nlink h1 s1\nlink h1 s1 plain\nh1 ping -c 2 -i 0.1 h2\n"
                        "link h1 s1\nlink h2 s1 delay 10ms\nh1 ping -c 2 -i 0.1 h2\nh1 ip route\nh1 ip link show h1-eth0\npingall\n",
                        "--arp", "--link-backend", backend).stdout
    times = round_trips(out)
    assert len(times) == 6 and min(times[:2]) >= 40 and max(times[2:4]) < 40 and min(times[4:]) >= 20, out
    assert "10.9.0.0/16 via 10.0.0.2" in out and " 0% dropped" in out
    assert out.count("emulated by the") == 1 and out.count("a plain veth pair") == 1
    before, after = re.findall(r"^(\d+): h1-eth0@", out, re.M)
    assert before == after, "it is the same interface"


def test_a_node_goes_with_several_emulated_links(flowbed, backend):
    """The ferry ends when it has no link any more, but not before it has said so of the last."""
    out = flowbed.shell("del-node s1\nnodes\nlinks\nadd-switch s9\nadd-link h1 s9\nadd-link h2 s9\nlink h1 s9 delay 5ms\n"
                        "h1 ping -c 2 -i 0.1 h2\n", "--topo", "single,4", "--link", "tc,delay=1ms", "--link-backend", backend).stdout
    assert "h1 h2 h3 h4\n" in out and "h1-eth0<->s1-eth1" not in out
    assert len(round_trips(out)) == 2 and min(round_trips(out)) >= 10, out


def test_a_recording_that_the_networks_end_ends_is_whole(flowbed):
    flowbed.shell("record h1 s1 link.csv\nh1 ping -c 3 -i 0.02 h2\n", "--arp", "--link", "tc,delay=2ms", "--link-backend", "ferry")
    lines = (flowbed.work / "link.csv").read_text().splitlines()
    assert sum(",h1-eth0,deliver," in line for line in lines) == 3


def test_what_netem_would_do_otherwise_goes_to_the_ferry(flowbed):
    out = flowbed.shell("link h1 s1\nlink h1 s1 from h1 loss_pattern 0001\nlink h1 s1\nh1 ping -c 8 -i 0.02 -W 1 h2\n", "--arp",
                        "--link", "tc,delay=1ms").stdout
    if netem(flowbed)["status"] == "ok":
        assert "emulated by the kernel's netem" in out
        assert "emulated by the ferry, for the kernel's qdiscs do not have a pattern of loss as links do" in out, out
    else:
        assert out.count("emulated by the ferry, for this kernel has no netem") == 2, out
    assert replies(out) == [1, 2, 3, 5, 6, 7], out


@pytest.mark.parametrize("backend", ["qdisc"], indirect=True)
def test_qdiscs_that_a_user_has_set_are_left_alone(flowbed, backend):
    done = flowbed.shell("h1 tc qdisc add dev h1-eth0 root handle 1: pfifo limit 7\nlink h1 s1 delay 5ms\nh1 tc qdisc show dev h1-eth0\n"
                         "h1 tc qdisc del dev h1-eth0 root\nlink h1 s1 delay 5ms\nh1 tc qdisc del dev h1-eth0 root\nlink h1 s1 plain\nlink h1 s1\n",
                         "--link-backend", backend, check=False)
    assert "a qdisc that was set by hand is there (pfifo)" in done.stderr + done.stdout, done
    assert "limit 7p" in done.stdout and "h1-eth0<->s1-eth1: a plain veth pair" in done.stdout, done


def test_a_forced_back_end_that_cannot_is_refused(flowbed):
    done = flowbed.run("--link", "tc,loss_pattern=01", "--link-backend", "qdisc", "--test", "pingall", check=False)
    assert done.returncode != 0 and "links[0]: qdiscs shall emulate all links, and cannot this one" in done.stderr, done
    assert "use --link-backend auto" in done.stderr


def test_what_the_kernel_emulates_cannot_be_recorded(flowbed, backend):
    done = flowbed.shell("record h1 s1 a.csv\n", "--link", "tc,delay=1ms", "--link-backend", backend, check=False)
    assert ("Start the network with --link-backend ferry" in done.stderr) == (backend == "qdisc"), done


def test_what_is_said_of_both_directions_goes_for_each(flowbed):
    out = flowbed.shell("link h1 s1 from h1 rate 1Mbit loss 5%\nlink h1 s1 rate 5Mbit\nlink h1 s1 --json\n",
                        "--link", "tc,delay=1ms").stdout
    link, = answers("\n" + out)[0]["links"]
    assert link["a_to_b"]["shape"] == "5Mbit, delay 1ms, loss 5%" and link["b_to_a"]["shape"] == "5Mbit, delay 1ms"
