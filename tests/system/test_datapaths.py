"""Which datapath runs, what it says where it cannot, and loops."""
import json
import pathlib
import re
import sys

import pytest

from conftest import answers

WITHOUT = [sys.executable, str(pathlib.Path(__file__).with_name("without.py"))]
NOT_THE_KERNEL = "packets are forwarded by switchd and not by the kernel: "
SCRIPT = "pingall\nstatus --json\ncache s1 --json\n"
ONLY_ROOT_AND_USER = pytest.mark.parametrize("flowbed", ["root", "user"], indirect=True)  # helpers may not gain privileges


@pytest.mark.every_kernel
def test_the_one_that_is_asked_for_runs(flowbed):
    for datapath in ("nft", "userspace"):
        out = flowbed.shell(SCRIPT, "--datapath", datapath).stdout
        status, cache = answers(out)
        assert "(2/2 received)" in out
        assert status["datapath"] == cache["datapath"] == datapath
        assert ("kernel" in cache) == (datapath == "nft")


@ONLY_ROOT_AND_USER
@pytest.mark.parametrize("lacks, because", [("nftables", "open a socket to nftables: Protocol not supported"),
                                            ("received marks", "ask for packets' marks (needs Linux 5.19): Protocol not available")])
def test_where_the_kernel_cannot_one_line_says_so_and_user_space_forwards(flowbed, lacks, because):
    flowbed.prefix = [*WITHOUT, lacks]
    done = flowbed.shell(SCRIPT)
    status, _ = answers(done.stdout)
    assert "(2/2 received)" in done.stdout
    assert status["datapath"] == "userspace" and NOT_THE_KERNEL + because in status["warnings"]
    assert (done.stdout + done.stderr).count(f"*** Warning: {NOT_THE_KERNEL}{because}") == 1
    refused = flowbed.shell(SCRIPT, "--datapath", "nft", check=False)
    assert refused.returncode != 0 and because in refused.stdout + refused.stderr
    findings = json.loads(flowbed.run("doctor", "--json", check=False).stdout)
    nftables = [finding for finding in findings if finding["check"] == "nftables netdev"]
    assert nftables[0]["status"] == "missing" and because in nftables[0]["finding"], nftables


@pytest.mark.every_kernel
@pytest.mark.parametrize("options", [[], ["--kernel-counters"]])
def test_loops_are_dropped_counted_and_named(flowbed, options):
    """A torus without spanning tree: nothing may go round and round, neither in a chain nor from switch to switch."""
    out = flowbed.shell("h1x1 ping -c 3 -i 0.2 -W 1 h2x2\nstatus --json\nports s1x1 --json\n", "--topo", "torus,3,3",
                        "--switch", "default,stp=0", *options).stdout
    status, ports = answers(out)
    assert any(re.match(r"a loop was noticed: s\dx\d – s\dx\d – .*its packets are dropped", warning) for warning in status["warnings"]), status
    from_h1x1 = next(port for port in ports["ports"] if port["name"] == "s1x1-eth1")
    assert from_h1x1["rx"]["dropped"] > 0
    assert sum(port["rx"]["packets"] + port["tx"]["packets"] for port in ports["ports"]) < 100, "no storm"
