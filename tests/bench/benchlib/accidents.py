"""How long after SIGKILL of the engine a machine is clean: no process, no link, no socket file of the network."""
import os
import pathlib
import signal
import subprocess
import time

from benchlib import report
from benchlib.build import DetachedFlowbed, settle
from benchlib.namespaces import Namespace, process_named, processes
from benchlib.paths import present

DAEMONS = 10


def measure(setup):
    sizes = [10, 100] if setup.quick else [10, 100, 1000]
    contestants = present([DetachedFlowbed(f"{hosts:,} hosts", setup, hosts) for hosts in sizes])
    figures = report.alternate(contestants, setup.rounds(5), one_round)
    report.table(f"From SIGKILL of the engine to a clean machine, {DAEMONS} daemons in hosts", figures,
                 [("no process after s", "processes", "{:.3f}"), ("no socket file after s", "files", "{:.3f}"),
                  ("no link after s", "links", "{:.3f}")])
    return figures


def one_round(contestant):
    settle()
    contestant.prepare()
    before = len(processes())
    contestant.start()
    for host in range(1, DAEMONS + 1):
        subprocess.run([contestant.setup.flowbed, "exec", contestant.network, f"h{host}", "--", "sh", "-c",
                        "setsid sleep 1000 >/dev/null 2>&1 &"], check=True)
    watch = Namespace(process=contestant.fabric_process())
    others = watch.interfaces() - contestant.hosts  # the kernel's own, the loopback for one
    socket = pathlib.Path(os.environ["XDG_RUNTIME_DIR"]) / "flowbed" / f"{contestant.network}.sock"
    gone = {"files": lambda: not socket.exists(),
            "processes": lambda: len(processes()) <= before + 1,  # and the one that watches
            "links": lambda: watch.interfaces() <= others}
    try:
        start = time.monotonic()
        os.kill(process_named("flowbed-engine"), signal.SIGKILL)  # the one of this world
        return first_times(gone, start)
    finally:
        watch.close()


def first_times(conditions, start, patience=60):
    """When each condition held first, in seconds after `start`."""
    times = {}
    while len(times) < len(conditions):
        if time.monotonic() - start > patience:
            raise TimeoutError(f"only {', '.join(times)} came true")
        for name, condition in conditions.items():
            if name not in times and condition():
                times[name] = time.monotonic() - start
        time.sleep(0.001)
    return times
