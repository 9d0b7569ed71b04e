"""The classifier by itself: lookups without any cache before them, inserts, and the memory of a rule."""
import os

from benchlib import report
from benchlib.functions import nanoseconds, repetitions

PROGRAM = "classifier_bench"
PAPERS_LOOKUPS = 0.68  # million a second at ten masks, NSDI 2015
NAMES = {"lookups_by_masks": "random rules, {0} masks, {1:,} rules", "lookups_in_access_list": "access list, {0:,} rules",
         "lookups_in_firewall": "firewall, {0:,} rules", "lookups_in_ip_chain": "IP chain, {0:,} rules",
         "inserts_and_removals": "insert and remove among {0:,} rules"}


def measure(setup):
    program = setup.tool(PROGRAM)
    if not os.path.exists(program):
        print(f"\n*classifier: skipped: {program} is not built*")
        return {}
    figures = run(program, setup)
    report.table("Classifier, one processor", figures,
                 [("masks", "masks", "{:.0f}"), ("ns", "ns", "{:.0f}"), ("million a second", "millions", "{:.2f}"),
                  ("bytes a rule", "bytes", "{:.0f}")], "Every second packet matches a rule of its own; the others are anything.")
    at_ten_masks = [NAMES["lookups_by_masks"].format(10, rules) for rules in (100, 10_000, 500_000)]
    report.targets([(f"million lookups a second, {name}", report.median(figures, name, "millions"), PAPERS_LOOKUPS, True)
                    for name in at_ten_masks])
    return figures


def run(program, setup):
    """{what: {quantity: [figure of each repetition]}}"""
    figures = {}
    for line in repetitions(program, setup):
        name, *arguments = line["run_name"].split("/")
        figure = figures.setdefault(NAMES[name].format(*map(int, arguments)), {})
        ns = nanoseconds(line)
        found = {"ns": ns, "millions": 1e3 / ns, "masks": line.get("masks"), "bytes": line.get("bytes_a_rule")}
        for quantity, value in found.items():
            if value is not None:
                figure.setdefault(quantity, []).append(value)
    return figures
