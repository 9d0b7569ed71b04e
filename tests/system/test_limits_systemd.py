"""An ordinary user's limits from the systemd of his own session: only in a throw-away machine (tests/vm), where one can be set up."""
import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess

import pytest

from conftest import BECOME_ORDINARY, ORDINARY_USER, wait_until

SLICE = pathlib.Path(f"/sys/fs/cgroup/user.slice/user-{ORDINARY_USER}.slice")
SERVICE = SLICE / f"user@{ORDINARY_USER}.service"


def make_user_slice():
    """What the machine's systemd does for a session: the slice, and a service that is the user's to manage."""
    SERVICE.mkdir(parents=True, exist_ok=True)
    for group in (SLICE.parents[1], SLICE.parent, SLICE):
        (group / "cgroup.subtree_control").write_text("+cpu +memory +pids")
    for path in (SERVICE, *(SERVICE / f"cgroup.{file}" for file in ("procs", "subtree_control", "threads"))):
        os.chown(path, ORDINARY_USER, ORDINARY_USER)
    pathlib.Path("/run/systemd/system").mkdir(parents=True, exist_ok=True)  # else systemd --user does not start
    if f":{ORDINARY_USER}:" not in pathlib.Path("/etc/passwd").read_text():
        with open("/etc/passwd", "a") as passwd:
            passwd.write(f"flowbed-test:x:{ORDINARY_USER}:{ORDINARY_USER}::/:/bin/sh\n")


def start_in(group, flowbed, *command):
    return subprocess.Popen(["sh", "-c", f'echo 0 >{group}/cgroup.procs && exec "$@"', "sh", *BECOME_ORDINARY, *command],
                            env=flowbed.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def systemd_answers(flowbed):
    return subprocess.run([*BECOME_ORDINARY, "busctl", "--user", "status", "org.freedesktop.systemd1"], env=flowbed.environment,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def remove_user_slice():
    for top, _, _ in os.walk(SLICE, topdown=False):
        with contextlib.suppress(OSError):
            os.rmdir(top)
    return not SLICE.exists()


@pytest.fixture
def session(flowbed):
    """A session of the user with systemd and a terminal, in which the programs then run; None outside of the rig."""
    if not os.environ.get("FLOWBED_VM") or flowbed.identity != "user":
        yield None
        return
    make_user_slice()
    bus = flowbed.runtime / "bus"
    flowbed.extra_environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={bus}"
    daemons = [start_in(SERVICE, flowbed, "dbus-daemon", "--session", f"--address=unix:path={bus}", "--nofork", "--nopidfile")]
    try:
        assert wait_until(bus.exists, 10)
        daemons.append(start_in(SERVICE, flowbed, "/lib/systemd/systemd", "--user"))
        assert wait_until(lambda: systemd_answers(flowbed), 10)
        terminal = SERVICE / "app.slice" / "terminal.scope"
        subprocess.run([*BECOME_ORDINARY, "mkdir", "-p", terminal], check=True)
        flowbed.prefix = ["sh", "-c", f'echo 0 >{terminal}/cgroup.procs && exec "$@"', "sh"]
        yield terminal
    finally:
        (SLICE / "cgroup.kill").write_text("1")  # what systemd has started by itself, too
        for daemon in daemons:
            daemon.wait()
        assert wait_until(remove_user_slice, 2)


def scopes():
    return [pathlib.Path(top) / name for top, below, _ in os.walk(SLICE) for name in below if name.startswith("flowbed-")]


@pytest.mark.every_kernel
def test_systemd_grants_limits_and_takes_all_back(flowbed, session):
    if session is None:
        return
    out = flowbed.shell("h1 cat /proc/self/cgroup\nlimit h1 cores=0\n", "--name", "lab", "--host", "cfs,cpu=0.2,memory=100MB", check=False)
    assert re.search(r"/flowbed-lab-\d+\.scope/flowbed-lab-[^/]*/h1$", out.stdout, re.M), out.stdout + out.stderr
    assert "nodes[0].cores: this machine does not let Flowbed limit" in out.stderr, "cpuset is not delegated"
    assert wait_until(lambda: not scopes(), 2.0), scopes()


@pytest.mark.every_kernel
def test_a_scope_ends_with_a_killed_network(flowbed, session):
    if session is None:
        return
    flowbed.run("--name", "lab", "--detach", "--host", "cfs,cpu=0.5")
    pids = json.loads(flowbed.shell("status --json\n", "attach", "lab").stdout)["pids"]
    assert scopes()
    for role in ("engine", "warden"):
        os.kill(pids[role], signal.SIGKILL)
    assert wait_until(lambda: not scopes(), 2.0), scopes()


@pytest.mark.every_kernel
def test_where_systemd_cannot_move_the_network_it_is_refused(flowbed, session):
    """As over ssh without a session: the machine's systemd would have to help, and is not there."""
    if session is None:
        return
    flowbed.prefix = []
    done = flowbed.run("--name", "lab", "--host", "cfs,cpu=0.5", check=False)
    assert done.returncode == 1 and "nodes[0].cpu: this machine does not let Flowbed limit" in done.stderr, done.stderr
    assert wait_until(lambda: not scopes(), 2.0), scopes()
