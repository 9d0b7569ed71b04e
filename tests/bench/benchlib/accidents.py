"""How long after SIGKILL of the engine a machine is clean: no process, no link, no socket file of the network."""
import os
import pathlib
import signal
import subprocess
import time

from benchlib import report
from benchlib.build import DetachedFlowbed, settle
from benchlib.namespaces import Namespace, process_named, processes, wait_until
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
    socket = pathlib.Path(os.environ["XDG_RUNTIME_DIR"]) / "flowbed" / f"{contestant.network}.sock"
    try:
        start = time.monotonic()
        os.kill(process_named("flowbed-engine"), signal.SIGKILL)  # the one of this world
        return {quantity: after(start, condition) for quantity, condition in (
            ("files", lambda: not socket.exists()),
            ("processes", lambda: len(processes()) <= before + 1),  # and the one that watches
            ("links", lambda: watch.interfaces() <= 10))}
    finally:
        watch.close()


def after(start, condition):
    wait_until(condition, 60)
    return time.monotonic() - start
