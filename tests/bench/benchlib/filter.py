"""What the filter of single-id networks costs a program in a host: two million system calls that do next to nothing."""
import subprocess
import time

from benchlib import report
from benchlib.two_hosts import Flowbed, RootlessFlowbed

CALLS = ["dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=1000000", "status=none"]


def measure(setup):
    contestants = [Flowbed("root's network, no filter", setup, 1), RootlessFlowbed("single id, filtered", setup, 1)]
    figures = report.alternate(contestants, setup.rounds(10), one_round)
    report.table("Two million system calls in a host", figures, [("ns a call", "ns", "{:.0f}")])
    return figures


def one_round(contestant):
    contestant.start()
    try:
        start = time.monotonic()
        subprocess.run(contestant.near(*CALLS), check=True, cwd="/", stderr=subprocess.DEVNULL)
        return {"ns": (time.monotonic() - start) / 2e6 * 1e9}
    finally:
        contestant.close()
