"""What hosts are, and what is left of them."""
import json
import os
import signal
import subprocess

import pytest

from conftest import IDENTITIES, ORDINARY_USER, SLOWNESS, processes_using, wait_until


def text_of(done):
    return done.stdout + done.stderr


@pytest.mark.parametrize("flowbed", IDENTITIES[-1:], indirect=True)
def test_half_a_range_of_ids_is_no_range(flowbed):
    """newuidmap has done its work before newgidmap fails; a map is written once."""
    (flowbed.work / "newgidmap").write_text(f"#!/bin/sh\ntouch {flowbed.work}/asked\nexit 1\n")
    (flowbed.work / "newgidmap").chmod(0o755)
    flowbed.extra_environment = {"PATH": f"{flowbed.work}:{os.environ['PATH']}"}
    done = flowbed.shell("status --json\nh1 ping -c 1 h2\nh1 id -u\n")
    assert (flowbed.work / "asked").exists() or os.geteuid() != 0
    assert '"ids": "single"' in done.stdout.replace('":"', '": "') and "1 received" in done.stdout
    assert done.stdout.splitlines()[-1] == "0"


def test_a_command_says_where_it_starts_if_its_folder_is_not_there(flowbed):
    """The work folder lies in /tmp, of which this host has its own."""
    (flowbed.work / "t.json").write_text(json.dumps({"flowbed": 1, "nodes": [{"name": "h1", "private_dirs": ["/tmp"]}]}))
    done = flowbed.shell("h1 pwd\n", "t.json")
    assert f"{flowbed.work}: No such file or directory; starting in /" in done.stderr + done.stdout
    assert done.stdout.splitlines()[0] == "/"


@pytest.mark.every_kernel
def test_more_hosts_than_the_neighbour_table_holds(flowbed):
    assert "*** Results: 0% dropped (1980/1980 received)" in text_of(flowbed.run("--topo", "single,45", "--test", "pingall"))


def test_long_names_get_short_interfaces_that_work(flowbed):
    node = "a-host-with-quite-a-long-name"
    topology = {"flowbed": 1, "nodes": [{"name": node, "kind": "host"}, {"name": "h2", "kind": "host"},
                                        {"name": "switch-of-the-third-floor", "kind": "switch"}],
                "links": [{"a": {"node": n}, "b": {"node": "switch-of-the-third-floor"}} for n in (node, "h2")]}
    (flowbed.work / "long.json").write_text(json.dumps(topology))
    done = flowbed.shell(f"pingall\n{node} ip -o link\n", "long.json")
    assert "0% dropped (2/2 received)" in text_of(done)
    assert f"alias {node}-eth0" in done.stdout or node + "-eth0" in done.stdout


def test_private_directories_are_the_hosts_own(flowbed):
    topology = {"flowbed": 1, "nodes": [{"name": "h1", "kind": "host", "private_dirs": ["/var/tmp"]},
                                        {"name": "h2", "kind": "host"}], "links": [{"a": {"node": "h1"}, "b": {"node": "h2"}}]}
    (flowbed.work / "private.json").write_text(json.dumps(topology))
    out = flowbed.shell("h1 echo secret > /var/tmp/flowbed-test-note\nh1 cat /var/tmp/flowbed-test-note\n"
                        "h2 ls /var/tmp/flowbed-test-note\n", "private.json", check=False)
    assert out.stdout.count("secret") == 1
    assert not os.path.exists("/var/tmp/flowbed-test-note")


def test_options_of_addressing(flowbed):
    out = flowbed.shell("h1 ip -br addr\nh1 ip -br link\nh1 ip neigh\n", "--ipbase", "192.168.7.0/24", "--mac", "--arp").stdout
    assert "192.168.7.1/24" in out
    assert "00:00:00:00:00:01" in out
    assert "192.168.7.2 dev h1-eth0 lladdr 00:00:00:00:00:02 PERMANENT" in out


@pytest.mark.every_kernel
def test_tcpdump_works_in_hosts(flowbed):
    out = flowbed.shell("h2 timeout 10 tcpdump -c 2 -n -i h2-eth0 icmp > dump.txt 2>&1 &\nh1 sleep 1\nh1 ping -c 2 -i 0.2 h2\nh2 wait\n"
                        "h2 cat dump.txt\n").stdout
    assert "ICMP echo request" in out


def test_a_file_server_and_its_client(flowbed):
    out = flowbed.shell("h1 echo hello > page.txt\nh1 /usr/bin/python3 -m http.server 80 >/dev/null 2>&1 &\nh2 sleep 1\n"
                        "h2 /usr/bin/python3 -c \"import urllib.request as u; print(u.urlopen('http://10.0.0.1/page.txt').read())\"\n").stdout
    assert "b'hello\\n'" in out


@pytest.mark.every_kernel
def test_exec_passes_descriptors_and_status(flowbed):
    flowbed.run("--name", "lab", "--detach")
    try:
        command = flowbed.command("exec", "lab", "h1", "--", "sh", "-c", "cat; exit 3")
        done = subprocess.run(command, input="through\n", capture_output=True, text=True, env=flowbed.environment, timeout=20 * SLOWNESS)
        assert (done.stdout, done.returncode) == ("through\n", 3)
        done = subprocess.run(flowbed.command("enter", "lab"), input="ip -br link\n", capture_output=True, text=True,
                              env=flowbed.environment, timeout=20 * SLOWNESS)
        assert "s1-eth1" in done.stdout
    finally:
        flowbed.run("stop", "lab")


def test_each_process_may_be_killed_and_nothing_stays(flowbed):
    for victim in ("engine", "init", "warden", "switchd"):
        flowbed.run("--name", "lab", "--detach")
        flowbed.shell("h1 setsid sleep 4000 >/dev/null 2>&1 &\n", "attach", "lab")
        pids = json.loads(flowbed.shell("status --json\n", "attach", "lab").stdout)["pids"]
        os.kill(pids[victim], signal.SIGKILL)
        if victim in ("warden", "switchd"):
            assert wait_until(lambda: "0% dropped" in text_of(flowbed.shell("pingall timeout=0.3\n", "attach", "lab", check=False)))
            flowbed.run("stop", "lab")
        assert wait_until(lambda: not processes_using(flowbed.folder / "bin"), 1.0), victim


def test_a_removed_host_takes_its_daemons_and_links_along(flowbed):
    mark = f"7{os.getpid() % 100000}.5"
    out = flowbed.shell(f"h1 setsid sleep {mark} >/dev/null 2>&1 &\ncapture h1-eth0 x.pcapng\ndel h1\nsh pgrep -f '[s]leep {mark}' || echo no daemon\n"
                        "s1 ip -br link\nadd host h1\nadd link h1 s1\npingall\n")
    assert "no daemon" in out.stdout
    assert "0% dropped (2/2 received)" in text_of(out)


def test_edits_of_several_clients_are_all_made(flowbed):
    flowbed.run("--name", "lab", "--detach")
    try:
        clients = [flowbed.start("attach", "lab", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                   for _ in range(4)]
        for n, client in enumerate(clients):
            client.stdin.write(f"add switch s1{n}\nadd host h1{n}\nadd link h1{n} s1{n}\nadd link s1{n} s1\n")
            client.stdin.close()
        for client in clients:
            assert client.wait(timeout=30 * SLOWNESS) == 0, client.stdout.read()
        assert "0% dropped (30/30 received)" in text_of(flowbed.shell("pingall\n", "attach", "lab"))
    finally:
        flowbed.run("stop", "lab")


def test_a_name_can_be_used_again_at_once(flowbed):
    for _ in range(5):
        flowbed.run("--name", "lab", "--detach")
        assert "h1" in flowbed.run("exec", "lab", "h1", "--", "hostname").stdout
        flowbed.run("stop", "lab")


@pytest.mark.every_kernel
def test_a_host_has_the_ids_that_its_user_may_have(flowbed):
    maps = {"root": "0 0 4294967295", "user": f"0 {ORDINARY_USER} 1", "range": f"0 {ORDINARY_USER} 1 1 2000000 65536"}
    if os.geteuid() != 0:
        maps["user"] = f"0 {os.geteuid()} 1"
    out = flowbed.shell("h1 cat /proc/self/uid_map\n").stdout
    assert " ".join(out.split()) == maps[flowbed.identity]


@pytest.mark.every_kernel
def test_a_daemon_that_drops_privileges_starts(flowbed):
    out = flowbed.shell("h1 setpriv --reuid=33 --regid=33 --clear-groups echo started as '$(id -u)'\n").stdout
    assert "started" in out


# As container engines do it: something lies over a part of /proc and /sys, and a fresh mount would reveal it.
MASKED = ["unshare", "--mount", "sh", "-c", """
mount --bind /dev/null /proc/interrupts && mount -t tmpfs -o ro none /sys/devices/virtual && exec "$@" """, "sh"]


def test_a_container_with_masked_proc_and_sys(flowbed):
    if os.geteuid() != 0:
        pytest.skip("needs root for a mount namespace with masks")
    flowbed.prefix = MASKED
    done = flowbed.shell("pingall\nh1 hostname\nh1 sh -c 'sleep 60 & kill $!; echo done'\n")
    assert "0% dropped (2/2 received)" in text_of(done)
    assert "h1\n" in done.stdout and "done" in done.stdout
    assert ("hosts see the machine's processes" in done.stderr) == (flowbed.identity != "root")
