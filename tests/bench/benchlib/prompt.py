"""From command to prompt with the smallest network: two hosts, one switch."""
from benchlib import mininet, report
from benchlib.paths import present
from benchlib.terminal import Terminal
from benchlib.two_hosts import Flowbed

FLOWBED = "flowbed"


class FlowbedPrompt:
    name = FLOWBED

    def __init__(self, setup):
        self._flowbed = setup.flowbed
        self.missing = Flowbed(FLOWBED, setup, 1).missing

    def prepare(self):
        pass

    def start(self, *topology):
        return Terminal([self._flowbed, *topology])

    def close(self):
        pass


class MininetPrompt(mininet.Mininet):
    def __init__(self, name, switch):
        super().__init__(switch)
        self.name = name


PROMPTS = {FLOWBED: "flowbed> "}


def contestants(setup):
    """Programs that show a prompt; also those of the pingall."""
    return present([FlowbedPrompt(setup), MininetPrompt("mn, Linux bridge", mininet.LINUX_BRIDGE),
                    MininetPrompt("mn, Open vSwitch userspace", mininet.OPEN_VSWITCH)])


def prompt_of(contestant):
    return PROMPTS.get(contestant.name, mininet.PROMPT)


def measure(setup):
    figures = report.alternate(contestants(setup), setup.rounds(20, 3), start_and_leave)
    report.table("Minimal network: from command to prompt, and from `exit` to the end", figures,
                 [("prompt after s", "prompt", "{:.3f}"), ("gone after s", "gone", "{:.3f}")])
    report.targets([("command to prompt, s", report.median(figures, FLOWBED, "prompt"), 0.15, False)])
    return figures


def start_and_leave(contestant):
    contestant.prepare()
    terminal = contestant.start("--topo", "minimal")
    try:
        return {"prompt": terminal.wait_for(prompt_of(contestant)), "gone": terminal.leave()}
    finally:
        terminal.close()
        contestant.close()
