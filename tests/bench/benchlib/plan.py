"""What happens between a command and the first kernel step, by itself: checking, completing and planning a topology."""
import os

from benchlib import report
from benchlib.functions import nanoseconds, repetitions

PROGRAM = "plan_bench"


def measure(setup):
    program = setup.tool(PROGRAM)
    if not os.path.exists(program):
        print(f"\n*plan: skipped: {program} is not built*")
        return {}
    figures = {}
    for line in repetitions(program, setup):
        name = line["run_name"].removeprefix("plan/").replace("_", ",")
        figure = figures.setdefault(name, {"ms": [], "us a link": [], "links": []})
        figure["ms"].append(nanoseconds(line) / 1e6)
        figure["us a link"].append(nanoseconds(line) / 1e3 / line["links"])
        figure["links"].append(line["links"])
    report.table("Checking, completing and planning a topology, processor time", figures,
                 [("links", "links", "{:.0f}"), ("ms", "ms", "{:.1f}"), ("µs a link", "us a link", "{:.2f}")])
    return figures
