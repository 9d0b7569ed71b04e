"""Rapid spanning tree, end to end: loops work, links and switches fail, and the kernel's own bridge takes part."""
import json
import re

import pytest

from conftest import wait_until


def text_of(done):
    return done.stdout + done.stderr


def answers(text):
    """All JSON values that stand one after the other."""
    decoder, values = json.JSONDecoder(), []
    while text := text.lstrip():
        value, end = decoder.raw_decode(text)
        values.append(value)
        text = text[end:]
    return values


def closed_ports(trees):
    """Names of the ports that are up and neither forward nor learn."""
    return [port["name"] for tree in trees for port in tree["ports"]
            if port["role"] != "disabled" and port["state"] == "discarding"]


@pytest.mark.parametrize("topology, pings", [("ring,4", 12), ("torus,3,3", 72), ("mesh,4", 12), ("leafspine", 56), ("fattree", 240)])
def test_networks_with_loops_work_out_of_the_box(flowbed, topology, pings):
    done = flowbed.run("--topo", topology, "--test", "pingall")
    assert f" 0% dropped ({pings}/{pings} received)" in text_of(done)
    assert re.search(r"\*\*\* Waited [\d.]+ s for spanning tree to settle", text_of(done))


def test_any_network_may_have_it_or_not(flowbed):
    done = flowbed.run("--topo", "tree,2,2", "--switch", "default,stp=1", "--test", "pingall")
    assert " 0% dropped" in text_of(done) and "spanning tree to settle" in text_of(done)
    done = flowbed.shell("h1 ping -c 1 -W 1 h2\nstp s1\n", "--topo", "ring,3", "--switch", "default,stp=0", check=False)
    assert "a loop was noticed: " in text_of(done) and "s1: no spanning tree" in done.stdout


@pytest.mark.every_kernel
def test_a_ring_has_one_closed_port_and_opens_it_when_needed(flowbed):
    show = "".join(f"stp s{n} --json\n" for n in range(1, 5))
    trees = answers(flowbed.shell(show, "--topo", "ring,4").stdout)
    assert len(closed_ports(trees)) == 1, trees
    assert {tree["root_id"] for tree in trees} == {trees[0]["bridge_id"]}
    done = flowbed.shell("pingall\nlink s1 s2 down\npingall\nlink s1 s2 up\nlink s1 s4 down\npingall\n"
                         "link s1 s4 up\npingall\nswitch s1 stop\nh2 ping -c 1 -W 2 h4\n", "--topo", "ring,4")
    assert text_of(done).count(" 0% dropped (12/12 received)") == 4, text_of(done)
    assert "1 received" in done.stdout


def test_the_tree_grows_with_the_network(flowbed):
    done = flowbed.shell("add switch s5\nadd link s5 s1\nadd link s5 s3\nadd host h5\nadd link h5 s5\npingall\nstp s5\n"
                         "del s3\npingall\n", "--topo", "ring,4")
    assert " 0% dropped (20/20 received)" in text_of(done), text_of(done)
    assert " 0% dropped (12/12 received)" in text_of(done), "all but h3, which has no link any more"
    assert re.search(r"s5-eth[12] +root +forwarding", done.stdout)


# ---- beside the kernel's bridge, which speaks the spanning tree of 1998

MIXED = {
    "flowbed": 1, "name": "a ring of two switches and a kernel bridge",
    "nodes": [{"name": "h1"}, {"name": "h2"}, {"name": "k1"},
              {"name": "s1", "kind": "switch", "stp": True}, {"name": "s2", "kind": "switch", "stp": True}],
    "links": [{"a": {"node": a}, "b": {"node": b}}
              for a, b in (("h1", "s1"), ("h2", "s2"), ("s1", "s2"), ("k1", "s1"), ("k1", "s2"))],
}
PORTS = ("k1-eth0", "k1-eth1")


class MixedRing:
    """The kernel's bridge is in host k1. `port_cost`: of its ports; a high one makes it the one that blocks."""

    def __init__(self, flowbed):
        self.flowbed = flowbed

    def start(self, priority_of_s1, port_cost):
        mixed = json.loads(json.dumps(MIXED))
        mixed["nodes"][3]["stp_priority"] = priority_of_s1
        (self.flowbed.work / "mixed.json").write_text(json.dumps(mixed))
        self.flowbed.run("--name", "mixed", "--detach", "mixed.json")
        if self.k1("ip", "link", "add", "br0", "type", "bridge", "stp_state", "1", "forward_delay", "200", "hello_time", "100",
                   "max_age", "600", check=False).returncode != 0:
            pytest.skip("this kernel has no bridge for namespaces")
        for port in PORTS:
            self.k1("ip", "link", "set", port, "master", "br0")
            self.k1("ip", "link", "set", port, "type", "bridge_slave", "cost", str(port_cost))
        self.k1("ip", "link", "set", "br0", "up")

    def k1(self, *command, check=True):
        return self.flowbed.run("exec", "mixed", "k1", "--", *command, check=check)

    def stop(self):
        self.flowbed.run("stop", "mixed", check=False)

    def trees(self):
        return answers(self.flowbed.shell("stp s1 --json\nstp s2 --json\n", "attach", "mixed").stdout)

    def kernel_states(self):
        links = json.loads(self.k1("ip", "-d", "-j", "link", "show").stdout)
        return {link["ifname"]: link["linkinfo"]["info_slave_data"]["state"] for link in links if link.get("ifname") in PORTS}

    def closed(self):
        """Of the whole ring, once nobody waits any more; else None."""
        kernel = self.kernel_states()
        if not set(kernel.values()) <= {"forwarding", "blocking", "disabled"}:
            return None
        return closed_ports(self.trees()) + [port for port, state in kernel.items() if state == "blocking"]

    def wait_for(self, closed):
        """Until these are the closed ports of the ring, and h1 reaches h2. All timers are short here but that of a link of old."""
        assert wait_until(lambda: self.closed() == closed and self.reaches(), 40), (self.kernel_states(), self.trees())

    def reaches(self):
        return self.flowbed.run("exec", "mixed", "h1", "--", "ping", "-c", "1", "-W", "1", "10.0.0.2", check=False).returncode == 0


@pytest.fixture
def mixed_ring(flowbed):
    rings = []

    def make(*arguments):
        rings.append(MixedRing(flowbed))
        rings[0].start(*arguments)
        return rings[0]
    yield make
    for ring in rings:
        ring.stop()


def test_a_ring_under_a_kernel_bridge_has_one_closed_port_and_opens_it(flowbed, mixed_ring):
    """The kernel's bridge has the lowest id: its times count, and our ports say what it understands."""
    ring = mixed_ring(32768, 2)
    ring.wait_for(["s2-eth2"])
    speaks = {port["name"]: port["protocol"] for tree in ring.trees() for port in tree["ports"]}
    assert speaks["s1-eth3"] == speaks["s2-eth3"] == "stp" and speaks["s1-eth2"] == speaks["s2-eth2"] == "rstp"
    flowbed.shell("link k1 s1 down\n", "attach", "mixed")
    ring.wait_for([])
    flowbed.shell("link k1 s1 up\n", "attach", "mixed")
    ring.wait_for(["s2-eth2"])


def test_a_kernel_bridge_in_our_tree_closes_its_own_port(mixed_ring):
    mixed_ring(0, 60000).wait_for(["k1-eth1"])
