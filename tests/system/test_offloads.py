"""Super-packets that packet sockets have no words for, large frames, and frames that are too large."""
import json
import re

import pytest

from conftest import SLOWNESS

pytestmark = pytest.mark.every_kernel

# At a quarter of a megabit a second, which is what segmentation gone wrong leaves, this would take minutes.
AMOUNT, PATIENCE = "4M" if SLOWNESS > 1 else "16M", 60


def transfer(address, *options):
    return ("h2 iperf3 -s -1 -D\nh1 sleep 0.5\n"
            f"h1 timeout {PATIENCE} iperf3 -n {AMOUNT} -c {address} {' '.join(options)} || echo too slow\n")


def tunnel(kind):
    """A tunnel between h1 and h2 inside their hosts, 172.16.0.1 and .2."""
    lines = []
    for own, other in ((1, 2), (2, 1)):
        details = f"local 10.0.0.{own} remote 10.0.0.{other}" + (f" id 7 dstport 4789 dev h{own}-eth0" if kind == "vxlan" else "")
        lines += [f"h{own} ip link add tun1 type {kind} {details}", f"h{own} ip addr add 172.16.0.{own}/24 dev tun1",
                  f"h{own} ip link set tun1 up"]
    return "\n".join(lines) + "\n"


def received(done):
    if re.search("Unknown device type|Operation not supported|Protocol not supported", done.stdout + done.stderr):
        pytest.skip("this kernel lacks the module")
    assert "too slow" not in done.stdout, done.stdout + done.stderr
    return "receiver" in done.stdout


@pytest.mark.parametrize("kind", ["vxlan", "gre"])
def test_tunnels_between_hosts(flowbed, kind):
    assert received(flowbed.shell(tunnel(kind) + transfer("172.16.0.2"), check=False))


def test_sctp_between_hosts(flowbed):
    assert received(flowbed.shell(transfer("10.0.0.2", "--sctp"), check=False))


SEND_SEGMENTS = """
import os, socket, time
while not os.path.exists("ready"): time.sleep(0.05)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(17, 103, 1400)  # UDP_SEGMENT
for _ in range(20):
    s.sendto(bytes(14000), ("10.0.0.2", 7000))
    time.sleep(%r)  # all of it together is more than a receive buffer holds
"""
RECEIVE_SEGMENTS = """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("", 7000)); s.settimeout(%d)
open("ready", "w")
sizes = [len(s.recv(65536)) for _ in range(200)]
print("got", len(sizes), "of", set(sizes))
"""


def test_udp_that_is_segmented_late(flowbed):
    (flowbed.work / "send.py").write_text(SEND_SEGMENTS % (0.005 * SLOWNESS))
    (flowbed.work / "receive.py").write_text(RECEIVE_SEGMENTS % (5 * SLOWNESS))
    out = flowbed.shell("h1 ping -c 1 h2 > /dev/null\nh2 /usr/bin/python3 receive.py > got.txt 2>&1 &\n"
                        "h1 /usr/bin/python3 send.py\nh2 wait\nh2 cat got.txt\n").stdout
    assert "got 200 of {1400}" in out


def wide(second):
    links = [{"a": {"node": "h1"}, "b": {"node": "s1"}, "mtu": 9000}, {"a": {"node": "h2"}, "b": {"node": "s1"}, "mtu": second}]
    return json.dumps({"flowbed": 1, "nodes": [{"name": "h1", "kind": "host"}, {"name": "h2", "kind": "host"},
                                               {"name": "s1", "kind": "switch"}], "links": links})


def test_large_frames_pass_wide_links(flowbed):
    (flowbed.work / "wide.json").write_text(wide(9000))
    out = flowbed.shell("h1 ping -c 2 -i 0.2 -M do -s 8972 h2\n" + transfer("10.0.0.2"), "wide.json").stdout
    assert "2 received" in out and "receiver" in out


def test_frames_too_large_for_the_way_out_are_dropped_and_counted(flowbed):
    (flowbed.work / "narrow.json").write_text(wide(1500))
    out = flowbed.shell("h1 ping -c 1 h2\nh1 ping -c 3 -i 0.2 -W 1 -M do -s 4000 h2\nports s1\n", "narrow.json", check=False).stdout
    assert "3 packets transmitted, 0 received" in out
    port = re.search(r"^s1-eth2 .*$", out, re.M).group().split()
    assert int(port[-1]) >= 3, out
