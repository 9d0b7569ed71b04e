"""pingall over tree,3,3: 27 hosts, 702 pings, 13 switches."""
from benchlib import prompt, report

TOPOLOGY = ("--topo", "tree,3,3")


def measure(setup):
    figures = report.alternate(prompt.contestants(setup), setup.rounds(3, 1), one_round)
    report.table("tree,3,3: one pingall at the prompt (702 pings)", figures,
                 [("pingall s", "pingall", "{:.2f}"), ("network up after s", "prompt", "{:.2f}"), ("gone after s", "gone", "{:.2f}")])
    slowness = report.ratio(figures, "pingall", "mn, Linux bridge", prompt.FLOWBED)
    report.targets([("pingall: Mininet (Linux bridge) / Flowbed", slowness, 5, True)])
    return figures


def one_round(contestant):
    contestant.prepare()
    terminal = contestant.start(*TOPOLOGY)
    try:
        up = terminal.wait_for(prompt.prompt_of(contestant))
        terminal.type("pingall")
        pingall = terminal.wait_for("(702/702 received)")
        terminal.wait_for(prompt.prompt_of(contestant))
        return {"prompt": up, "pingall": pingall, "gone": terminal.leave()}
    finally:
        terminal.close()
        contestant.close()
