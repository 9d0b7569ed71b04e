"""`flowbed doctor`: the shape of what it tells, that it is true here, and that it leaves nothing behind."""
import json
import os
import pathlib
import re
import subprocess

import pytest

MEMBERS = {"group", "check", "status", "finding", "used", "remedy"}


def examine(flowbed):
    return json.loads(flowbed.run("doctor", "--json").stdout)


def finding(findings, check):
    found = [f for f in findings if f["check"] == check]
    assert len(found) == 1, f"{check}: {found}"
    return found[0]


def what_there_is():
    """What a probe could leave on the machine; the fixture looks for processes."""
    return sorted(os.listdir("/sys/class/net")), pathlib.Path("/proc/self/mountinfo").read_text(), os.listdir("/run")


@pytest.mark.every_kernel
def test_findings_have_their_shape(flowbed):
    findings = examine(flowbed)
    assert len(findings) > 20
    for f in findings:
        assert set(f) == MEMBERS and all(isinstance(value, str) for value in f.values()), f
        assert f["status"] in ("ok", "limited", "missing"), f
        assert f["group"] and f["check"] and f["finding"], f
    assert len({(f["group"], f["check"]) for f in findings}) == len(findings)


@pytest.mark.every_kernel
def test_nothing_is_left_behind(flowbed):
    before = what_there_is()
    files = sorted(os.listdir(flowbed.runtime)), sorted(os.listdir(flowbed.work))
    examine(flowbed)
    assert what_there_is() == before
    assert (sorted(os.listdir(flowbed.runtime)), sorted(os.listdir(flowbed.work))) == files


def test_the_table_has_a_line_for_each_finding(flowbed):
    table = flowbed.run("doctor").stdout
    for f in examine(flowbed):
        assert re.search(rf"^{f['status']} +{re.escape(f['check'])}  ", table, re.M), f
    assert all(len(line) <= 80 for line in table.splitlines()), table


@pytest.mark.every_kernel
def test_it_says_what_networks_then_do(flowbed):
    findings = examine(flowbed)
    status = json.loads(flowbed.shell("status --json\n").stdout)
    assert finding(findings, "ids of a network")["finding"].split()[0] == status["ids"]
    masked = [f["check"] for f in findings if f["check"] in ("/proc", "/sys") and f["status"] != "ok"]
    warned = [place for place in ("/proc", "/sys") if any(place in w for w in status["warnings"])]
    assert warned == sorted(masked)


@pytest.mark.every_kernel
def test_it_agrees_with_this_machine(flowbed):
    findings = examine(flowbed)
    assert finding(findings, "kernel")["finding"] == os.uname().release
    for name in ("bash", "iperf3", "tcpdump", "xterm"):
        installed = subprocess.run(["sh", "-c", f"command -v {name}"], capture_output=True).returncode == 0
        assert (finding(findings, name)["status"] == "ok") == installed
    controls = pathlib.Path("/proc/sys/net/ipv4/tcp_available_congestion_control").read_text().split()
    assert finding(findings, "congestion controls")["finding"].split(", ") == controls
    ebpf = finding(findings, "eBPF")
    assert ebpf["status"] == "missing" if flowbed.identity != "root" else ebpf["finding"]


def test_each_gap_of_ids_has_a_remedy(flowbed):
    ids = finding(examine(flowbed), "subordinate ids")
    if flowbed.identity == "user":
        assert ids["status"] == "limited"
        assert "/etc/subuid" in ids["remedy"] or "usermod --add-subuids" in ids["remedy"]
    elif flowbed.identity == "range":
        assert ids["status"] == "ok" and "65536 ids from 2000000" in ids["finding"]
    else:
        assert ids["status"] == "ok" and ids["finding"] == "not needed by root"


AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
ROOT = pytest.mark.parametrize("flowbed", ["root"], indirect=True)


@AS_ROOT
def test_netem_is_as_tc_finds_it(flowbed):
    tc = subprocess.run(["unshare", "--net", "tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms"], capture_output=True)
    assert (finding(examine(flowbed), "netem")["status"] == "ok") == (tc.returncode == 0), tc.stderr


# Root without CAP_SYS_ADMIN, as in a container, and in a user namespace that allows no further ones.
CONFINED = ["unshare", "--user", "--map-root-user", "sh", "-c",
            'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set -sys_admin "$@"', "sh"]


@AS_ROOT
@ROOT
def test_where_no_network_can_be_made_it_fails_and_says_why(flowbed):
    done = subprocess.run([*CONFINED, *flowbed.command("doctor", "--json")], capture_output=True, text=True,
                          env=flowbed.environment, timeout=60)
    assert done.returncode == 1, done.stdout + done.stderr
    blamed = finding(json.loads(done.stdout), "user namespaces")
    assert blamed["status"] == "missing" and "user.max_user_namespaces" in blamed["remedy"]
