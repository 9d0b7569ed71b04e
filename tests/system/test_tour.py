"""What the README promises, end to end."""
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

import pytest

from conftest import SLOWNESS, processes_using, wait_until


def test_pingall(flowbed):
    done = flowbed.run("--test", "pingall")
    assert "*** Results: 0% dropped (2/2 received)" in done.stdout + done.stderr


def test_pingall_on_a_tree(flowbed):
    done = flowbed.run("--topo", "tree,2,3", "--test", "pingall")
    assert "*** Results: 0% dropped (72/72 received)" in done.stdout + done.stderr


@pytest.mark.every_kernel
def test_pingall_over_both_families(flowbed):
    done = flowbed.run("--topo", "single,3", "--ipv6", "--test", "pingall", "--json")
    report = json.loads(done.stdout[done.stdout.index("{"):])
    text = json.dumps(report)
    assert '"received": 6' in text and '"received6": 6' in text


@pytest.mark.every_kernel
def test_host_commands_see_their_own_world(flowbed):
    out = flowbed.shell("h1 hostname\nh1 ip -br addr show\nh1 ls /sys/class/net\nh1 cat /etc/hosts\nh1 echo h2\n").stdout
    assert re.search(r"^h1$", out, re.M)
    assert "10.0.0.1/8" in out
    assert "10.0.0.2 h2" in out
    assert re.search(r"^10\.0\.0\.2$", out, re.M), "a node's name in a command becomes its address"


@pytest.mark.every_kernel
def test_the_hosts_shell_keeps_directory_variables_and_jobs(flowbed):
    out = flowbed.shell("h1 cd /usr\nh1 pwd\nh1 x=41\nh1 echo $((x+1))\nh1 sleep 30 &\nh1 jobs\n").stdout
    assert "/usr\n" in out and "42\n" in out and "sleep 30" in out


@pytest.mark.every_kernel
def test_iperf_reports_both_ends(flowbed):
    done = flowbed.shell("iperf h1 h2 seconds=1\n")
    assert re.search(r"\*\*\* Results: \['[\d.]+ [GM]bits/sec', '[\d.]+ [GM]bits/sec'\]", done.stdout + done.stderr)


@pytest.mark.every_kernel
def test_link_down_and_up_keeps_addresses_and_routes(flowbed):
    out = flowbed.shell("link s1 h1 down\npingall timeout=0.3\nlink s1 h1 up\npingall\nh1 ip route\n", check=False)
    text = out.stdout + out.stderr
    assert "100% dropped (0/2 received)" in text
    assert "0% dropped (2/2 received)" in text
    assert "10.0.0.0/8" in out.stdout


@pytest.mark.every_kernel
def test_nodes_and_links_come_and_go_while_it_runs(flowbed):
    out = flowbed.shell("add host h3\nadd link h3 s1\npingall\ndel h2\npingall\nadd switch s2\nadd link s1 s2\n"
                        "add host h4\nadd link h4 s2\npingall\n")
    text = out.stdout + out.stderr
    assert text.count("0% dropped (6/6 received)") == 2
    assert "0% dropped (2/2 received)" in text


@pytest.mark.every_kernel
def test_a_link_that_was_down_for_a_moment_loses_nothing(flowbed):
    """Before it goes up again the kernel must have seen that it was down, at both ends."""
    out = flowbed.shell("link s1 s2 down\nlink s1 s2 up\nh1 ping -c 1 -W 0.5 h2\n" * 10, "--topo", "linear,2")
    assert out.stdout.count("1 received") == 10


def test_cache_fills_and_shows(flowbed):
    out = flowbed.shell("h1 ping -c 3 -i 0.1 h2\ncache s1\nmac s1\nports s1\ntrace s1 in_port=1,icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2\n")
    assert "3 received" in out.stdout
    assert "s1-eth1" in out.stdout


def test_capture_is_pcapng_with_both_directions(flowbed):
    flowbed.shell("capture h1-eth0 a.pcapng\nh1 ping -c 2 -i 0.1 h2\ncapture-stop h1-eth0\n"
                  "capture s1-eth2 b.pcapng\nh1 ping -c 2 -i 0.1 h2\ncapture-stop s1-eth2\n")
    for name in ("a.pcapng", "b.pcapng"):
        text = subprocess.run(["tcpdump", "-nr", flowbed.work / name, "icmp"], capture_output=True, text=True).stdout
        assert text.count("echo request") == 2 and text.count("echo reply") == 2, f"{name}:\n{text}"


@pytest.mark.every_kernel
def test_capture_between_switches_sees_what_a_chain_would_bypass(flowbed):
    flowbed.shell("pingall\ncapture s1-eth2 c.pcapng\nh1 ping -c 2 -i 0.1 h2\ncapture-stop s1-eth2\n", "--topo", "linear,2")
    text = subprocess.run(["tcpdump", "-nr", flowbed.work / "c.pcapng", "icmp"], capture_output=True, text=True).stdout
    assert text.count("echo request") == 2 and text.count("echo reply") == 2, text


def test_several_networks_side_by_side(flowbed):
    for name in ("one", "two"):
        flowbed.run("--name", name, "--detach")
    try:
        assert re.findall(r"^(one|two) ", flowbed.run("list").stdout, re.M) == ["one", "two"]
        assert flowbed.run("exec", "one", "h1", "--", "hostname").stdout == "h1\n"
        assert flowbed.run("exec", "two", "h1", "--", "sh", "-c", "exit 7", check=False).returncode == 7
        assert "0% dropped (2/2" in (lambda d: d.stdout + d.stderr)(flowbed.shell("pingall\n", "attach", "two"))
        refused = flowbed.run("--name", "one", "--test", "pingall", check=False)
        assert refused.returncode != 0 and "one" in refused.stderr and "running" in refused.stderr
        assert "s1-eth1" in flowbed.run("exec", "one", "s1", "--", "ip", "-br", "link").stdout
    finally:
        for name in ("one", "two"):
            flowbed.run("stop", name)
    assert flowbed.run("list").stdout.strip() == "" or "no network" in flowbed.run("list").stdout.lower()


@pytest.mark.every_kernel
def test_daemons_end_with_the_network(flowbed):
    mark = f"8{os.getpid() % 100000}.25"
    flowbed.shell(f"h1 setsid sleep {mark} &\nh1 nohup sleep {mark} >/dev/null 2>&1 &\nh1 (setsid sleep {mark} &)\n")

    def daemons():
        return subprocess.run(["pgrep", "-f", f"sleep {re.escape(mark)}"], capture_output=True, text=True).stdout.split()
    assert wait_until(lambda: not daemons(), 1.0), daemons()


def test_killing_the_engine_leaves_nothing(flowbed):
    shell = flowbed.start(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    shell.stdin.write("h1 sleep 1000 &\nstatus\n")
    shell.stdin.flush()
    assert wait_until(lambda: len(processes_using(flowbed.folder / "bin")) >= 4)
    time.sleep(0.3)
    engine = next(p for p in processes_using(flowbed.folder / "bin")
                  if open(f"/proc/{p}/comm").read().strip() == "flowbed-engine")
    os.kill(engine, signal.SIGKILL)
    shell.stdin.close()
    assert shell.wait(timeout=5 * SLOWNESS) != 0
    assert wait_until(lambda: not processes_using(flowbed.folder / "bin"), 1.0)


def test_killing_switchd_brings_it_back(flowbed):
    shell = flowbed.start(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        shell.stdin.write("pingall\n")
        shell.stdin.flush()
        out = ""
        while "*** Results" not in out:
            line = shell.stdout.readline()
            assert line, out
            out += line
        switchd, = [p for p in processes_using(flowbed.folder / "bin")
                    if open(f"/proc/{p}/comm").read().strip() == "flowbed-switchd"[:15]]
        os.kill(switchd, signal.SIGKILL)
        time.sleep(0.5)
        shell.stdin.write("pingall\n")
        shell.stdin.close()
        limit = threading.Timer(30 * SLOWNESS, shell.kill)
        limit.start()
        out += shell.stdout.read()
        limit.cancel()
    finally:
        shell.kill()
    assert out.count("0% dropped (2/2 received)") == 2, out


READY = pathlib.Path(__file__).parents[2] / "topologies"
PARTED = {"vlans", "mirror", "dualhomed"}  # by design


@pytest.mark.parametrize("name", sorted(p.stem for p in READY.glob("*.json") if p.stem != "schema"))
def test_ready_files_start_and_ping(flowbed, name):
    (flowbed.work / "t.json").write_text((READY / f"{name}.json").read_text())
    done = flowbed.run("t.json", "--test", "pingall", check=False)
    text = done.stdout + done.stderr
    assert re.search(r"\*\*\* Results: \d+% dropped", text), text
    assert (" 0% dropped" in text) == (name not in PARTED), text


def test_saved_networks_start_again(flowbed):
    flowbed.shell("add host h3\nadd link h3 s1\nsave lab.json\n")
    assert "(6/6 received)" in (lambda d: d.stdout + d.stderr)(flowbed.run("lab.json", "--test", "pingall"))
