"""SIGKILL to any process of a network, alone and in pairs, at any moment: within a second nothing of it is left.

A network starts, runs daemons of every kind, is edited all the time and stops; somewhere on that way the victims die. The
seed is printed with a failure; FLOWBED_ACCIDENTS says how many accidents happen (a few in each role if it is not set).
"""
import contextlib
import itertools
import os
import pathlib
import random
import signal
import subprocess
import time

import pytest

from conftest import SLOWNESS, processes_using, wait_until

ROLES = ["flowbed", "flowbed-engine", "flowbed-warden", "flowbed-init", "flowbed-switchd"]
CASES = [(role,) for role in ROLES] + list(itertools.combinations(ROLES, 2))
REPEATS = max(1, int(os.environ.get("FLOWBED_ACCIDENTS", 2 * len(CASES))) // len(CASES))
LIFE = 0.5 * SLOWNESS  # seconds from the start to the stop, about

# Daemons that no process group, session or parent holds any more.
DAEMONS = ("h1 setsid sleep {mark} >/dev/null 2>&1 &\nh2 nohup sleep {mark} >/dev/null 2>&1 &\n"
           "limit h2 cpu=0.5\nh1 sh -c '(sleep {mark} >/dev/null 2>&1 &) &'\nh2 sh -c 'setsid sh -c \"sleep {mark} & sleep {mark}\" >/dev/null 2>&1 &'\n")
EDITS = "add host h9\nadd link h9 s1\nh9 sleep {mark} &\nlink s1 h1 down\nlink s1 h1 up\ndel h9\n" * 20


def command_of(pid):
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return []


def marked(mark):
    return [int(p.name) for p in pathlib.Path("/proc").iterdir() if p.name.isdigit() and mark.encode() in command_of(p.name)]


def role_of(pid):
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()


def kill_roles(flowbed, roles):
    """Those of the roles that were there to be killed."""
    victims = {pid: role for pid in processes_using(flowbed.folder / "bin") if (role := role_of(pid)) in roles}
    for pid in victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return set(victims.values())


def stock():
    """What a network takes from the machine besides processes and its socket."""
    groups = subprocess.run(["find", "/sys/fs/cgroup", "-name", "flowbed-*"], capture_output=True, text=True).stdout.split()
    return {*os.listdir("/sys/class/net"), *groups, *pathlib.Path("/proc/self/mountinfo").read_text().splitlines()}


def what_is_left(flowbed, mark, before):
    return {"of the machine": sorted(stock() - before), "processes": [(pid, role_of(pid)) for pid in processes_using(flowbed.folder / "bin")],
            "daemons": marked(mark), "files": [str(p) for p in flowbed.runtime.rglob("*") if p.is_socket()]}


def accident(flowbed, roles, moment, mark):
    """One life of a network, in which the roles are killed after `moment` seconds."""
    before = stock()
    # The leak check of a sanitized build runs in a process of the same name, and waits for ever once that is killed.
    flowbed.extra_environment = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
    face = flowbed.start("--name", "lab", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with contextlib.suppress(BrokenPipeError):
        face.stdin.write((DAEMONS + EDITS).format(mark=mark))
        face.stdin.flush()
    time.sleep(moment)
    killed = set()
    assert wait_until(lambda: killed.update(kill_roles(flowbed, roles)) or killed), "there was nobody to kill"
    with contextlib.suppress(BrokenPipeError):
        face.stdin.close()
    if killed <= {"flowbed-warden", "flowbed-switchd"}:  # the network goes on and is stopped as usual
        face.wait(timeout=60 * SLOWNESS)
    clean = wait_until(lambda: not any(what_is_left(flowbed, mark, before).values()), 1.0)
    assert clean, what_is_left(flowbed, mark, before)
    face.wait(timeout=10 * SLOWNESS)


@pytest.mark.parametrize("roles", CASES, ids=["+".join(r.removeprefix("flowbed-") for r in case) for case in CASES])
def test_nothing_is_left(flowbed, roles):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    moments = random.Random(seed)
    for n in range(REPEATS):
        accident(flowbed, roles, moments.uniform(0, LIFE), f"86{os.getpid() % 1000:03}{n:03}.25")


@pytest.mark.every_kernel
def test_a_restarted_switchd_forwards_within_a_second_and_the_user_is_told(flowbed):
    face = flowbed.start("--name", "lab", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    face.stdin.write("pingall\n")
    face.stdin.flush()
    for line in face.stdout:
        if line.startswith("*** Results"):
            break
    kill_roles(flowbed, ["flowbed-switchd"])
    time.sleep(1.0 * SLOWNESS)
    rest = face.communicate("pingall\n", timeout=60 * SLOWNESS)[0]
    assert "0% dropped (2/2 received)" in rest
    assert "switchd had ended" in rest
