"""What the shell shows is what is, and what it refuses it refuses at once: seen by a newcomer's eyes."""
import json
import os
import pathlib
import re
import signal
import subprocess
import time

import pytest

from conftest import SLOWNESS, processes_using, wait_until
from test_bad_input import topology
from test_terminal import Terminal

READY = pathlib.Path(__file__).parents[2] / "topologies"


def both(done):
    return done.stdout + done.stderr


def test_views_show_what_users_changed_in_their_hosts(flowbed):
    out = flowbed.shell("h1 ip addr flush dev h1-eth0\nh1 ip addr add 10.0.0.77/8 dev h1-eth0\ndump\n"
                        "h2 ip link set h2-eth0 down\nlinks\nlink s1 h2 up\nlinks\n"
                        "h2 ip link del h2-eth0\nlinks\nlink s1 h2 up\ndel link s1 h2\nadd link s1 h2\nlinks\n", check=False)
    assert "<Host h1: h1-eth0:10.0.0.77 " in out.stdout
    seen = re.findall(r"^\S*h2-eth0\S* \((.*)\)", out.stdout, re.M)
    assert seen == ["DOWN OK", "OK OK", "MISSING MISSING", "OK OK"]
    assert "h2-eth0 is gone" in out.stderr


def test_an_address_without_a_length_is_in_the_networks_own(flowbed):
    out = flowbed.shell("add host h3 10.0.0.9\nadd link h3 s1\npingall\n")
    assert "(6/6 received)" in both(out)


def test_a_router_gets_its_addresses_with_its_links(flowbed):
    out = flowbed.shell("add router r1\nadd link r1 s1 10.0.0.254\nadd host h9 192.168.1.2/24\n"
                        "add link h9 r1 b_address=192.168.1.1/24\nh1 ip route add 192.168.1.0/24 via 10.0.0.254\n"
                        "h9 ip route add default via 192.168.1.1\nh1 ping -c1 -W2 h9\nadd link h9 r1\n")
    assert "1 received" in out.stdout
    assert "h9 and r1 now have 2 links" in out.stdout and "r1-eth2 has no address" in out.stdout


def test_a_host_of_two_networks_is_reached_in_both(flowbed):
    (flowbed.work / "t.json").write_text((READY / "dualhomed.json").read_text())
    out = flowbed.shell("h1 ping -c1 -W2 server\nh2 ping -c1 -W2 server\npingall timeout=0.3\niperf h2 server 1\n", "t.json")
    assert "10.0.1.254" in out.stdout and "10.0.2.254" in out.stdout
    assert out.stdout.count("1 received") == 2
    assert "h2 -> server X" in out.stdout and "bits/sec" in out.stdout


def test_names_become_ipv6_addresses_where_ipv6_is_meant(flowbed):
    out = flowbed.shell("h1 ping -6 -c1 -W2 h2\nh1 ping -c1 -W2 h2\n", "--ipv6")
    assert "fd00::2" in out.stdout and "10.0.0.2" in out.stdout and out.stdout.count("1 received") == 2


def test_a_link_is_captured_by_its_nodes(flowbed):
    out = flowbed.shell("capture s1-h2 x.pcapng\nh1 ping -c1 h2\ncapture-stop h2-s1\n")
    assert re.search(r"\*\*\* Captured \d+ packets", out.stdout)


@pytest.mark.parametrize("arguments", [[], ["--dry-run"], ["--detach"]])
def test_what_cannot_be_built_is_refused_before_anything_is_said(flowbed, arguments):
    links = topology()["links"]
    links[0]["trace"] = "no-such.trace"
    (flowbed.work / "slow.json").write_text(json.dumps(topology(links=links)))
    done = flowbed.run("slow.json", *arguments, check=False)
    assert done.returncode == 1 and "links[0]" in done.stderr
    assert "Creating" not in done.stderr and "Stopping" not in done.stderr


def test_a_dry_run_names_the_ports_and_is_a_list_for_machines(flowbed):
    assert "put bridge s1 with ports s1-eth1 s1-eth2" in flowbed.run("--dry-run").stdout.splitlines()
    assert json.loads(flowbed.run("--dry-run", "--json").stdout)[0] == "create namespace h1"


def test_bandwidths_are_rates(flowbed):
    out = flowbed.shell("iperfudp 10Q h1 h2\niperfudp h1 h2 seconds=1\n", check=False)
    assert '"10Q" is not a rate' in out.stderr and out.stdout.count("Iperf: testing") == 1
    assert re.search(r"Results: \['10M', '[\d.]+ Mbits/sec'", out.stdout)


def test_round_trips_and_lost_pairs(flowbed):
    out = flowbed.shell("link s1 h2 down\npingallfull timeout=0.3\n", "--topo", "single,3", check=False).stdout
    assert "h1->h2: 1/0, no reply" in out
    assert re.search(r"h1->h3: 1/1, rtt min/avg/max/mdev [\d.]+/[\d.]+/[\d.]+/0.000 ms", out)


def test_running_networks_are_listed(flowbed):
    flowbed.run("--name", "lab", "--detach")
    try:
        assert re.search(r"^network +hosts .*\nlab +2 +1 +\d+ s +\d+$", flowbed.run("list").stdout, re.M)
        assert json.loads(flowbed.run("list", "--json").stdout)[0]["switches"] == 1
        assert flowbed.run("exec", "lab", "h1", "--", "no-such-program", check=False).returncode == 127
        attached = flowbed.start("attach", "lab", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        attached.stdin.write("nodes\n")
        attached.stdin.flush()
        attached.stdout.readline()
    finally:
        flowbed.run("stop", "lab")
    assert "another shell has stopped it" in attached.communicate(timeout=5 * SLOWNESS)[1]


def test_a_killed_engine_is_called_that(flowbed):
    shell = flowbed.start(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    shell.stdin.write("nodes\n")
    shell.stdin.flush()
    shell.stdout.readline()
    engine = next(p for p in processes_using(flowbed.folder / "bin")
                  if pathlib.Path(f"/proc/{p}/comm").read_text().strip() == "flowbed-engine")
    os.kill(engine, signal.SIGKILL)
    time.sleep(0.3 * SLOWNESS)  # the shell hears of it before its input ends
    assert "its engine was killed" in shell.communicate(timeout=5 * SLOWNESS)[1]


@pytest.mark.parametrize("command", ["sh sleep 60", "h1 sleep 60", "h1 ping h2"])
def test_ctrl_c_ends_a_script_and_not_the_prompt(flowbed, command):
    (flowbed.work / "script").write_text(f"{command}\nsh echo went on\n")
    terminal = Terminal(flowbed)
    terminal.expect("flowbed> ")
    terminal.type("source script\n")
    time.sleep(1)
    terminal.type("\x03")
    assert "went on" not in terminal.expect("flowbed> ")
    terminal.type("h1 echo alive$((1+1))\n")
    terminal.expect("\nalive2")
    terminal.close()


def test_what_is_typed_ahead_is_the_prompts(flowbed):
    terminal = Terminal(flowbed)
    terminal.expect("flowbed> ")
    terminal.type("h1 sleep 1\n")
    time.sleep(0.3)
    terminal.type("nodes\nh1 echo on$((40+2))")
    terminal.expect("available nodes are: \r\nh1 h2 s1")
    terminal.type("\n")
    terminal.expect("\non42")
    terminal.close()


def test_enter_takes_a_node(flowbed):
    flowbed.run("--name", "lab", "--detach")
    try:
        assert flowbed.run("enter", "lab", "h1", stdin="hostname\n").stdout == "h1\n"
    finally:
        flowbed.run("stop", "lab")


def test_traceroute_shows_the_router(flowbed):
    (flowbed.work / "t.json").write_text((READY / "router.json").read_text())
    out = flowbed.shell("h1 traceroute -n -w 2 h3\n", "t.json").stdout
    assert re.search(r" 1 +192\.168\.1\.254 .*\n +2 +192\.168\.2\.3 ", out), out
