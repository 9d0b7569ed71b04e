"""Limits of hosts: that they hold, that they change, and that their control groups do not outlive the network.

Where this user can have no control groups, that the network is refused with the reason, and nothing is changed.
"""
import contextlib
import json
import os
import pathlib
import re
import signal

import pytest

from conftest import ORDINARY_USER, wait_until

CGROUPS = pathlib.Path("/sys/fs/cgroup")
NAME = f"limits{os.getpid()}x"  # other networks of this machine have folders, too
REFUSAL = "this machine does not let Flowbed limit"
PYTHON = "/usr/bin/python3"

# The share of the whole machine that as many busy processes as there are processors get, for two seconds.
BUSY = """
import os, resource, time
count, begin = os.cpu_count(), time.monotonic()
for _ in range(count):
    if os.fork() == 0:
        while time.monotonic() < begin + 2: pass
        os._exit(0)
for _ in range(count): os.wait()
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print("share", (used.ru_utime + used.ru_stime) / (time.monotonic() - begin) / count)
"""
GREEDY = """
import sys
block = bytearray(int(sys.argv[1]) * 10**6)
print("survived", sys.argv[1])
"""


# Folders come and go meanwhile, which os.walk takes with calm.
def folders():
    return [pathlib.Path(top) / name for top, below, _ in os.walk(CGROUPS) for name in below if name.startswith(f"flowbed-{NAME}")]


def group_of(host):
    """The folder of a host and the controllers that it holds, as {folder: its files}."""
    return {path: set(os.listdir(path)) for top in folders() for path in top.iterdir() if path.name == host}


def setting(host, *files):
    """What the first of these files says that some folder of the host has: the names of version 2 and 1."""
    for path, there in group_of(host).items():
        for file in files:
            if file in there:
                return (path / file).read_text().strip()
    return None


def can_limit(flowbed, what="cpu"):
    own = [f for f in json.loads(flowbed.run("doctor", "--json").stdout) if f["check"] == "own cgroups"]
    can = re.search(rf"\b{what}\b", own[0]["finding"].split(" below")[0] if own[0]["status"] != "missing" else "")
    if flowbed.identity == "root" and not can:
        pytest.skip(f"even root has no control group with {what} here: {own[0]['finding']}")
    return bool(can)


def shell(flowbed, script, *arguments, **options):
    return flowbed.shell(script, "--name", NAME, *arguments, **options)


@pytest.fixture
def running(flowbed):
    """A detached network whose h1 is limited; None where that cannot be had."""
    if not can_limit(flowbed):
        yield None
        return
    flowbed.run("--name", NAME, "--detach", "--host", "cfs,cpu=0.5")
    yield json.loads(flowbed.shell("status --json\n", "attach", NAME).stdout)["pids"]
    flowbed.run("stop", NAME, check=False)
    assert wait_until(lambda: not folders(), 1.0), folders()


def test_without_control_groups_a_limit_is_refused_and_nothing_changed(flowbed):
    if can_limit(flowbed):
        return
    done = shell(flowbed, "", "--host", "cfs,cpu=0.2", check=False)
    assert done.returncode == 1 and f"nodes[0].cpu: {REFUSAL} the CPU time of hosts" in done.stderr
    done = shell(flowbed, "limit h1 memory=100MB\npingall\n", check=False)
    assert f"{REFUSAL} the memory of hosts" in done.stderr and "0% dropped" in done.stdout + done.stderr
    assert not folders()


@pytest.mark.every_kernel
def test_a_share_of_the_cpu_holds_for_all_commands_together(flowbed):
    if not can_limit(flowbed):
        return
    (flowbed.work / "busy.py").write_text(BUSY)
    out = shell(flowbed, f"h1 {PYTHON} busy.py\n", "--host", "cfs,cpu=0.2").stdout
    share = float(re.search(r"share ([\d.]+)", out)[1])
    assert 0.02 < share < 0.3, out
    assert not folders()


@pytest.mark.every_kernel
def test_memory_ends_who_wants_more(flowbed):
    if not can_limit(flowbed, "memory"):
        return
    script = "".join(f"h1 sh -c '{PYTHON} greedy.py {size}; echo status $?'\n" for size in (10, 400))
    (flowbed.work / "greedy.py").write_text(GREEDY)
    out = shell(flowbed, script, "--host", "cfs,memory=100MB").stdout
    statuses = re.findall(r"status (\d+)", out)
    assert re.findall(r"survived (\d+)", out) == ["10"] and statuses[0] == "0" and statuses[1] == "137", out


@pytest.mark.every_kernel
def test_cores_are_the_only_ones(flowbed):
    if not can_limit(flowbed, "cpuset"):
        return
    core = max(os.sched_getaffinity(0))
    out = shell(flowbed, f"h1 {PYTHON} -c \"import os; print('on', os.sched_getaffinity(0))\"\n", "--host", f"cfs,cores={core}").stdout
    assert f"on {{{core}}}" in out, out


@pytest.mark.every_kernel
def test_limits_change_while_commands_run(flowbed, running):
    if running is None:
        return
    period = 100_000 * os.cpu_count()
    assert setting("h1", "cpu.max", "cpu.cfs_quota_us").split()[0] == str(period // 2)
    flowbed.shell("limit h1 cpu=0.25\n", "attach", NAME)
    assert setting("h1", "cpu.max", "cpu.cfs_quota_us").split()[0] == str(period // 4)
    flowbed.shell("limit h1 cpu=none\n", "attach", NAME)
    assert setting("h1", "cpu.max", "cpu.cfs_quota_us").split()[0] in ("max", "-1")


@pytest.mark.every_kernel
def test_what_runs_already_is_limited_too(flowbed):
    if not can_limit(flowbed):
        return
    out = shell(flowbed, "h1 sleep 60 &\nlimit h1 cpu=0.5\nh1 cat /proc/$!/cgroup\nh2 cat /proc/self/cgroup\n").stdout
    assert re.search(rf"flowbed-{NAME}-[^/]*/h1$", out, re.M), out
    assert f"{NAME}" not in out.split("/h1")[-1], "h2 has no limit"


def test_a_removed_host_takes_its_groups_along_and_may_come_again(flowbed, running):
    if running is None:
        return
    flowbed.shell("h1 setsid sleep 1000 >/dev/null 2>&1 &\ndel h1\n", "attach", NAME)
    assert not group_of("h1") and group_of("h2")
    flowbed.shell("add host h1\nadd link h1 s1\nlimit h1 cpu=0.5\nh1 true\n", "attach", NAME)
    assert group_of("h1")


def test_two_networks_have_their_own(flowbed, running):
    if running is None:
        return
    flowbed.shell("limit h1 cpu=0.3\nh1 true\n", "--name", NAME + "b")
    assert group_of("h1"), "the end of another network took our limits along"


VICTIMS = [("engine",), ("init",), ("warden",), ("engine", "warden"), ("engine", "init"), ("warden", "init"), ("switchd", "engine")]


@pytest.mark.every_kernel
@pytest.mark.parametrize("roles", VICTIMS, ids=["+".join(roles) for roles in VICTIMS])
def test_no_control_group_outlives_the_network(flowbed, running, roles):
    if running is None:
        return
    flowbed.shell("h1 setsid sleep 1000 >/dev/null 2>&1 &\nh2 nohup sleep 1000 >/dev/null 2>&1 &\n", "attach", NAME)
    assert folders()
    for role in roles:
        with contextlib.suppress(ProcessLookupError):
            os.kill(running[role], signal.SIGKILL)
    if roles == ("warden",):  # the network goes on
        assert "0% dropped" in flowbed.shell("pingall\n", "attach", NAME).stdout
        flowbed.run("stop", NAME)
    assert wait_until(lambda: not folders(), 1.0), folders()


def controllers_given():
    return {top: (pathlib.Path(top) / "cgroup.subtree_control").read_text() for top, _, files in os.walk(CGROUPS)
            if "cgroup.subtree_control" in files and "flowbed-" not in top}


@pytest.mark.every_kernel
def test_the_machine_is_as_it_was(flowbed):
    if not can_limit(flowbed):
        return
    before = controllers_given()
    shell(flowbed, "h1 true\n", "--host", "cfs,cpu=0.2")
    assert controllers_given() == before


@pytest.mark.every_kernel
def test_the_last_of_two_networks_gives_the_machine_back(flowbed):
    if not can_limit(flowbed):
        return
    before = controllers_given()
    for name in (NAME, NAME + "b"):
        flowbed.run("--name", name, "--detach", "--host", "cfs,cpu=0.5")
    for name in (NAME, NAME + "b"):
        assert len(folders()) > 0
        flowbed.run("stop", name)
    assert controllers_given() == before and not folders()


def test_real_time_where_the_kernel_has_it(flowbed):
    done = shell(flowbed, "h1 sh -c 'chrt -p $$'\n", "--host", "rt,cpu=0.1", check=False)
    if flowbed.identity == "root" and (CGROUPS / "cpu/cpu.rt_runtime_us").exists():
        assert "SCHED_RR" in done.stdout and re.search(r"priority: 20$", done.stdout, re.M), done.stdout + done.stderr
    else:
        assert done.returncode == 1 and "nodes[0].sched: real-time hosts need root" in done.stderr, done.stderr


def make_groups(owner):
    """As root: a group of `owner`'s own in each hierarchy, and one below it for his shell. Returns both."""
    unified = CGROUPS / "cgroup.controllers"
    tops = [CGROUPS] if unified.exists() else [CGROUPS / c for c in ("cpu", "cpuset", "memory") if (CGROUPS / c).is_dir()]
    groups = []
    for top in tops:
        if unified.exists():
            (top / "cgroup.subtree_control").write_text("+cpu +cpuset +memory")
        for group in (top / f"lab{os.getpid()}", top / f"lab{os.getpid()}" / "shell"):
            group.mkdir()
            groups.append(group)
            for file in ("cpuset.cpus", "cpuset.mems"):
                if (group / file).exists() and not unified.exists():
                    (group / file).write_text((group.parent / file).read_text())
            for path in (group, *group.iterdir()):
                os.chown(path, owner, owner)
    return groups


@pytest.fixture
def own_tree(flowbed):
    """The user has control groups of his own, as an administrator may give them; not where there are none at all."""
    if os.geteuid() != 0 or flowbed.identity == "root" or not (CGROUPS / "cgroup.controllers").exists() and not (CGROUPS / "cpu").is_dir():
        yield False
        return
    groups = make_groups(ORDINARY_USER)
    shells = " ".join(str(group / "cgroup.procs") for group in groups if group.name == "shell")
    flowbed.prefix = ["sh", "-c", f'for file in {shells}; do echo 0 >$file || exit 125; done; exec "$@"', "sh"]
    yield True
    assert wait_until(lambda: not any((group / "cgroup.procs").read_text() for group in groups), 2.0)
    for group in reversed(groups):
        group.rmdir()


@pytest.mark.every_kernel
def test_a_user_with_groups_of_his_own_has_limits(flowbed, own_tree):
    if not own_tree:
        return
    (flowbed.work / "busy.py").write_text(BUSY)
    out = shell(flowbed, f"h1 {PYTHON} busy.py\nh1 cat /proc/self/cgroup\n", "--host", "cfs,cpu=0.2,memory=100MB").stdout
    assert 0.02 < float(re.search(r"share ([\d.]+)", out)[1]) < 0.3, out
    assert re.search(rf"/lab{os.getpid()}.*flowbed-{NAME}-[^/]*/h1$", out, re.M), out
    assert not folders()


@pytest.mark.every_kernel
@pytest.mark.parametrize("roles", [("engine",), ("engine", "warden")], ids=["engine", "engine+warden"])
def test_a_users_groups_are_empty_again_after_an_accident(flowbed, own_tree, roles):
    if not own_tree:
        return
    flowbed.run("--name", NAME, "--detach", "--host", "cfs,cpu=0.5")
    flowbed.shell("h1 setsid sleep 1000 >/dev/null 2>&1 &\n", "attach", NAME)
    pids = json.loads(flowbed.shell("status --json\n", "attach", NAME).stdout)["pids"]
    assert folders()
    for role in roles:
        os.kill(pids[role], signal.SIGKILL)
    assert wait_until(lambda: not folders(), 1.0), folders()


def test_limits_are_saved_and_started_again(flowbed):
    if not can_limit(flowbed):
        return
    shell(flowbed, "limit h1 cpu=0.25\nsave lab.json\n")
    assert '"cpu": 0.25' in (flowbed.work / "lab.json").read_text()
    assert "limit h1 cpu 0.25" in flowbed.run("lab.json", "--dry-run").stdout


def test_bad_limits_are_refused(flowbed):
    for option, named in (("cfs,cpu=2", '"2"'), ("cfs,memory=lots", "100MB"), ("cfs,colour=red", "colour"), ("rt", "real-time")):
        done = flowbed.run("--host", option, check=False)
        assert done.returncode != 0 and named in done.stderr, done.stderr
    if can_limit(flowbed, "cpuset"):
        done = shell(flowbed, "limit h1 cores=4000\nh1 echo still here\n", check=False)
        assert "there is no processor 4000" in done.stderr and "still here" in done.stdout
