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


def neighbour_limit():
    return int(pathlib.Path("/proc/sys/net/ipv4/neigh/default/gc_thresh3").read_text())


@pytest.mark.every_kernel
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
@pytest.mark.parametrize("flowbed", ["root"], indirect=True)
def test_root_makes_room_for_all_neighbours_and_takes_it_back(flowbed):
    before = neighbour_limit()
    for name, hosts in (("one", 40), ("two", 30)):
        flowbed.run("--name", name, "--topo", f"single,{hosts}", "--detach")
    assert neighbour_limit() == before + 40 * 39 + 30 * 29
    flowbed.shell("add host h41\nadd link h41 s1\n", "attach", "one")
    assert neighbour_limit() == before + 41 * 40 + 30 * 29
    engine = json.loads(flowbed.shell("status --json\n", "attach", "one").stdout)["pids"]["engine"]
    os.kill(engine, signal.SIGKILL)
    assert wait_until(lambda: neighbour_limit() == before + 30 * 29)
    flowbed.run("stop", "two")
    assert wait_until(lambda: neighbour_limit() == before)


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
