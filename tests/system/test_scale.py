"""Sizes at which limits of the machine begin to matter: the neighbour table, descriptors, the length of a way."""
import pytest

from conftest import SLOWNESS


def text_of(done):
    return done.stdout + done.stderr


def test_everyone_pings_everyone_among_64(flowbed):
    assert "*** Results: 0% dropped (4032/4032 received)" in text_of(flowbed.run("--topo", "single,64", "--test", "pingall"))


def test_a_thousand_hosts_ping_one(flowbed):
    script = "".join(f"h{n} ping -c1 -W5 10.0.0.1 >/dev/null && echo h{n} ok\n" for n in range(2, 1001))
    out = flowbed.shell(script, "--topo", "single,1000", timeout=120 * SLOWNESS).stdout
    assert out.count(" ok\n") == 999


@pytest.mark.every_kernel
def test_five_hundred_switches_in_a_line(flowbed):
    out = flowbed.shell("h1 ping -c 3 h500\ncache s250\n", "--topo", "linear,500", timeout=120 * SLOWNESS).stdout
    assert "3 received, 0% packet loss" in out
