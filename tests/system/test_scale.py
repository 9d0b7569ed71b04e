"""Sizes at which limits of the machine begin to matter: the neighbour table, descriptors, the length of a way."""
import json
import os
import pathlib
import signal

import pytest

from conftest import SLOWNESS, wait_until


def text_of(done):
    return done.stdout + done.stderr


def test_everyone_pings_everyone_among_64(flowbed):
    assert "*** Results: 0% dropped (4032/4032 received)" in text_of(flowbed.run("--topo", "single,64", "--test", "pingall"))


LIMIT = pathlib.Path("/proc/sys/net/ipv4/neigh/default/gc_thresh3")


@pytest.mark.every_kernel
@pytest.mark.skipif(not os.access(LIMIT, os.W_OK), reason="the neighbour tables' limits are not ours to change")
@pytest.mark.parametrize("flowbed", ["root"], indirect=True)
def test_root_makes_room_for_all_neighbours_and_takes_it_back(flowbed):
    def limit():
        return int(LIMIT.read_text())

    def with_needs_of(*hosts):
        return max(before, before // 2 + sum(n * (n - 1) for n in hosts))

    before = limit()
    for name, hosts in (("one", 100), ("two", 110)):
        flowbed.run("--name", name, "--topo", f"single,{hosts}", "--detach")
    assert limit() == with_needs_of(100, 110)
    flowbed.shell("add host h101\nadd link h101 s1\n", "attach", "one")
    assert limit() == with_needs_of(101, 110)
    pids = json.loads(flowbed.shell("status --json\n", "attach", "one").stdout)["pids"]
    os.kill(pids["warden"], signal.SIGKILL)
    os.kill(pids["engine"], signal.SIGKILL)
    assert wait_until(lambda: limit() == with_needs_of(110))
    flowbed.run("stop", "two")
    assert wait_until(lambda: limit() == before)


# Nobody else can make room, so many hosts share what there is.
@pytest.mark.every_kernel
@pytest.mark.parametrize("flowbed", ["user"], indirect=True)
@pytest.mark.parametrize("hosts, is_short", [(4, False), (64, True)])
def test_hosts_that_share_the_neighbour_table_forget_soon(flowbed, hosts, is_short):
    tables = flowbed.shell("h3 ip ntable show dev h3-eth0\n", "--topo", f"single,{hosts}", "--ipv6").stdout
    assert tables.count("base_reachable 2000 ") == (2 if is_short else 0)
    assert tables.count("base_reachable 30000 ") == (0 if is_short else 2)


def test_a_large_torus_works_out_of_the_box(flowbed):
    assert " 0% dropped (4032/4032 received)" in text_of(flowbed.run("--topo", "torus,8,8", "--test", "pingall"))


def test_a_thousand_hosts_ping_one(flowbed):
    script = "".join(f"h{n} ping -c1 -W5 10.0.0.1 >/dev/null && echo h{n} ok\n" for n in range(2, 1001))
    out = flowbed.shell(script, "--topo", "single,1000", timeout=120 * SLOWNESS).stdout
    assert out.count(" ok\n") == 999


@pytest.mark.every_kernel
def test_five_hundred_switches_in_a_line(flowbed):
    out = flowbed.shell("h1 ping -c 3 h500\ncache s250\n", "--topo", "linear,500", timeout=120 * SLOWNESS).stdout
    assert "3 received, 0% packet loss" in out
