"""OpenFlow, end to end: real controllers and tools, on the machine, in the fabric and in hosts; a switch by itself.

Each test has a network namespace of its own for the machine's: nothing leaves it.
"""
import json
import os
import re
import shutil
import signal
import subprocess

import pytest

from conftest import BIN, SLOWNESS, processes_using, wait_until
from openflow_rig import IN_TIME, application, listens, machine, rules, running  # noqa: F401: machine is a fixture

if os.geteuid() != 0:
    pytest.skip("needs root for a network namespace in the machine's place", allow_module_level=True)

@pytest.mark.parametrize("name, protocol", [("learning10", "OpenFlow10"), ("learning13", "OpenFlow13")])
def test_a_learning_switch_on_the_machine(flowbed, machine, name, protocol):
    flowbed.prefix = machine
    with running(machine, 6653, application(name, 6653)):
        done = flowbed.shell(f"pingall\npingall\nsh ovs-ofctl -O {protocol} dump-flows tcp:127.0.0.1:6655\ncontrollers s2\n",
                             "--topo", "linear,3", "--controller", "remote", "--listenport", "6654",
                             "--switch", f"ovs,protocols={protocol}")
    assert (done.stdout + done.stderr).count(" 0% dropped (6/6 received)") == 2
    version = f"1.{protocol[-1]}"
    assert re.search(rf"^c0 +tcp:127.0.0.1 +machine +connected +{version} +equal +[1-9]", done.stdout, re.MULTILINE), done.stdout
    learned = [rule for rule in rules(done.stdout) if "priority=1," in rule]
    assert len(learned) >= 4, done.stdout
    assert all(int(re.search(r"n_packets=(\d+)", rule)[1]) > 0 for rule in learned), learned


def test_the_old_port_is_tried_too(flowbed, machine):
    flowbed.prefix = machine
    with running(machine, 6633, application("learning13", 6633)):
        done = flowbed.run("--topo", "minimal", "--controller", "remote", "--test", "pingall")
    assert " 0% dropped (2/2 received)" in done.stdout + done.stderr


def test_a_port_of_the_machine_that_is_taken_is_named(flowbed, machine):
    flowbed.prefix = machine
    with running(machine, 6654, ["/usr/bin/python3", "-m", "http.server", "--bind", "127.0.0.1", "6654"]):
        done = flowbed.shell("controllers s1\n", "--listenport", "6654")
    assert re.search(r"s1 cannot be connected to: .*127.0.0.1:6654: Address already in use; choose another port", done.stderr), done.stderr
    assert re.search(r"machine +closed: .*Address already in use", done.stdout), done.stdout
    assert re.search(r"fabric +listening", done.stdout), done.stdout


def test_without_its_controller_a_switch_does_what_its_fail_mode_says(flowbed, machine):
    flowbed.prefix = machine
    done = flowbed.shell("pingall timeout=0.3\n", "--controller", "remote,ip=127.0.0.1,port=7001", check=False)
    text = done.stdout + done.stderr
    assert "100% dropped" in text and "Connection refused" in text and "no connection to controller c0 at tcp:127.0.0.1:7001" in text
    done = flowbed.shell("pingall\n", "--controller", "remote,ip=127.0.0.1,port=7001", "--switch", "ovs,failMode=standalone")
    assert " 0% dropped" in done.stdout + done.stderr


def test_a_controller_that_comes_late_and_goes_takes_over_and_leaves(flowbed, machine):
    flowbed.prefix = machine
    network = flowbed.start("--name", "lab", "--controller", "remote,port=6653", "--switch", "ovs,failMode=standalone",
                            "--listenport", "6654", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    flows = [*machine, "ovs-ofctl", "-O", "OpenFlow13", "dump-flows", "tcp:127.0.0.1:6654"]

    def pings(count="1"):
        return flowbed.run("exec", "lab", "h1", "--", "ping", "-c", count, "-W", "1", "10.0.0.2", check=False).returncode == 0

    assert wait_until(pings)
    with running(machine, 6653, application("learning13", 6653)):
        assert wait_until(lambda: "CONTROLLER" in subprocess.run(flows, capture_output=True, text=True).stdout, IN_TIME)
        assert pings("2")
        assert "priority=1," in subprocess.run(flows, capture_output=True, text=True).stdout
    subprocess.run([*machine, "ovs-ofctl", "-O", "OpenFlow13", "del-flows", "tcp:127.0.0.1:6654"], check=True)
    assert wait_until(pings), "a learning switch again"
    network.communicate("exit\n", timeout=30 * SLOWNESS)


def test_a_controller_that_the_network_brings_along(flowbed):
    done = flowbed.run("--topo", "linear,4", "--controller", "ref", "--test", "pingall")
    assert " 0% dropped (12/12 received)" in done.stdout + done.stderr


@pytest.mark.parametrize("program", ["flowbed-controller", "ovs-testcontroller --unixctl=none"])
def test_both_reference_controllers(flowbed, program):
    if not (shutil.which(program.split()[0]) or program.startswith("flowbed")):
        pytest.skip("openvswitch-testcontroller is not installed")
    path = f"{flowbed.folder}/bin/" if program.startswith("flowbed") else ""
    network = {"flowbed": 1, "nodes": [{"name": "c0", "kind": "controller", "program": f"{path}{program} ptcp:7000", "tcp_port": 7000},
                                       {"name": "s1", "kind": "switch"}, {"name": "h1"}, {"name": "h2"}],
               "links": [{"a": {"node": "h1"}, "b": {"node": "s1"}}, {"a": {"node": "h2"}, "b": {"node": "s1"}}]}
    (flowbed.work / "network.json").write_text(json.dumps(network))
    done = flowbed.shell("pingall\npingall\nflows s1\n", str(flowbed.work / "network.json"))
    assert (done.stdout + done.stderr).count(" 0% dropped (2/2 received)") == 2
    assert "idle_timeout=60" in done.stdout, done.stdout


@pytest.mark.parametrize("place", ["fabric", "h9"])
def test_a_controller_in_the_fabric_or_in_a_host(flowbed, place):
    """In a host it is reached at that host's own loopback."""
    network = {"flowbed": 1, "nodes": [
        {"name": "c0", "kind": "controller", "place": place, "tcp_port": 6653},
        {"name": "s1", "kind": "switch"}, {"name": "h1"}, {"name": "h2"}, {"name": "h9"}],
        "links": [{"a": {"node": "h1"}, "b": {"node": "s1"}}, {"a": {"node": "h2"}, "b": {"node": "s1"}}]}
    file = flowbed.work / "network.json"
    file.write_text(json.dumps(network))
    node = "s1" if place == "fabric" else place
    command = " ".join(application("learning13", 6653))
    until_it_passes = f"h1 sh -c 'for i in $(seq {15 * SLOWNESS}); do ping -c 1 -W 1 h2 && break; done'\n"
    script = f"{node} {command} >/dev/null 2>&1 &\n{until_it_passes}"
    done = flowbed.shell(script, str(file), check=False)
    assert "1 received" in done.stdout, done.stdout + done.stderr


def test_rules_outlive_the_switch_process(flowbed):
    network = flowbed.start("--name", "lab", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def pings():
        return flowbed.run("exec", "lab", "h1", "--", "ping", "-c", "1", "-W", "1", "10.0.0.2", check=False).returncode == 0

    network.stdin.write("del-flows s1\nadd-group s1 group_id=7,type=indirect,bucket=output:2\nadd-flow s1 in_port=1,actions=group:7\n"
                        "add-flow s1 priority=9,cookie=0xbeef,in_port=2,actions=output:1\nflows s1\n")
    network.stdin.flush()
    assert wait_until(pings)
    victims = [pid for pid in processes_using(flowbed.folder / "bin") if os.readlink(f"/proc/{pid}/exe").endswith("flowbed-switchd")]
    assert len(victims) == 1
    os.kill(victims[0], signal.SIGKILL)
    # The kernel's flows may live a little longer than switchd: that hosts reach each other does not tell that it is back.
    assert wait_until(lambda: "cookie=0xbeef" in flowbed.shell("flows s1\n", "attach", "lab", check=False).stdout)
    assert wait_until(pings)
    out, _ = network.communicate("flows s1\ngroups s1\nexit\n", timeout=30 * SLOWNESS)
    after = out[out.index("was started again"):]
    assert "group:7" in after and "cookie=0xbeef" in after and "type=indirect" in after and "NORMAL" not in after, out


def test_garbage_is_hung_up_on_and_others_go_on(flowbed, machine):
    flowbed.prefix = machine
    network = flowbed.start("--name", "lab", "--listenport", "6654", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert wait_until(lambda: listens(machine, 6654))
    tool = [*machine, "ovs-ofctl", "dump-flows", "tcp:127.0.0.1:6654"]
    garbage = "import socket; s = socket.create_connection(('127.0.0.1', 6654)); s.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n'); s.settimeout(5)\n" \
              "while s.recv(1000): pass"
    for _ in range(3):
        subprocess.run([*machine, "/usr/bin/python3", "-c", garbage], check=True, timeout=20 * SLOWNESS)
        assert "priority=0 actions=NORMAL" in subprocess.run(tool, capture_output=True, text=True, check=True).stdout
    network.communicate("exit\n", timeout=30 * SLOWNESS)


ALONE = r"""
mount -t tmpfs none /run && mkdir /run/netns
for i in 1 2 3; do
  ip netns add n$i && ip link add p$i type veth peer name e$i netns n$i && ip link set p$i up
  ip -n n$i addr add 10.9.0.$i/24 dev e$i && ip -n n$i link set e$i up
done
"$1" --bridge s1 --dpid 0x2a --ports p1,p3,p2 --listen ptcp:6654 --fail-mode secure &
switch=$!
until ss -Htln | grep -q :6654; do sleep 0.05; done
ovs-ofctl -O OpenFlow14 show tcp:127.0.0.1:6654
ip netns exec n1 ping -c 1 -W 0.5 10.9.0.2
ovs-ofctl -O OpenFlow13 add-flow tcp:127.0.0.1:6654 in_port=1,actions=output:3
ovs-ofctl -O OpenFlow13 add-flow tcp:127.0.0.1:6654 in_port=3,actions=output:1
ip netns exec n1 ping -c 5 -i 0.05 -W 1 10.9.0.2
ovs-ofctl -O OpenFlow13 dump-flows tcp:127.0.0.1:6654
kill -TERM $switch; wait $switch; echo status $?
"""


def test_a_switch_by_itself(machine):
    done = subprocess.run([*machine, "unshare", "--mount", "sh", "-c", ALONE, "sh", str(BIN / "flowbed-switchd")],
                          capture_output=True, text=True, timeout=60 * SLOWNESS)
    text = done.stdout
    assert "dpid:000000000000002a" in text and re.search(r"^ 2\(p3\)", text, re.MULTILINE), text + done.stderr
    assert "1 packets transmitted, 0 received" in text and "5 packets transmitted, 5 received" in text
    counts = [int(re.search(r"n_packets=(\d+)", rule)[1]) for rule in rules(text)]
    assert len(counts) == 2 and all(count >= 5 for count in counts), text
    assert text.endswith("status 0\n")


@pytest.mark.parametrize("arguments, fault", [
    (["--ports", "p1"], "--ports requires --bridge"),
    (["--bridge", "s1"], "--bridge s1 has no --ports"),
    (["--bridge", "s1", "--ports", "nosuch"], "there is no interface nosuch"),
    (["--bridge", "s1", "--ports", "lo", "--controller", "tcp:localhost"], "\"localhost\" is no IP address"),
    (["--bridge", "s1", "--ports", "lo", "--listen", "ptcp:0"], "is no TCP port"),
    (["--bridge", "s1", "--ports", "lo", "--protocols", "OpenFlow12"], "OpenFlow12"),
    (["--bridge", "s1", "--ports", "lo", "--dpid", "x"], "is no datapath id"),
])
def test_a_switch_by_itself_says_what_is_wrong(machine, arguments, fault):
    done = subprocess.run([*machine, str(BIN / "flowbed-switchd"), *arguments], capture_output=True, text=True, timeout=20 * SLOWNESS)
    assert done.returncode != 0 and fault in done.stderr, done.stderr
