"""What the filter of single-id networks costs a program in a host: two million system calls that do next to nothing."""
import os
import subprocess
import time

from benchlib import report
from benchlib.two_hosts import Flowbed

ORDINARY_USER = 33333
CALLS = ["dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=1000000", "status=none"]


class FilteredFlowbed(Flowbed):
    """As an ordinary user with one id."""

    def start(self):
        runtime = self.setup.work / "ordinary"
        runtime.mkdir(exist_ok=True)
        self.setup.work.chmod(0o711)
        os.chown(runtime, ORDINARY_USER, ORDINARY_USER)
        self._become = ["setpriv", f"--reuid={ORDINARY_USER}", f"--regid={ORDINARY_USER}", "--clear-groups", "env",
                        f"XDG_RUNTIME_DIR={runtime}", f"HOME={runtime}"]
        super().start()

    def near(self, *words):
        return [*self._become, *super().near(*words)]

    def _run(self, *words):
        subprocess.run([*self._become, self.setup.flowbed, *words], check=True, cwd="/", stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)


def measure(setup):
    contestants = [Flowbed("root's network, no filter", setup, 1), FilteredFlowbed("single id, filtered", setup, 1)]
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
