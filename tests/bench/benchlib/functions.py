"""Single functions of switchd: runs its Google Benchmark program and shows its figures."""
import json
import os
import subprocess

from benchlib import report

PROGRAM = "flow_cache_bench"
LINE_NS = 67.2  # 84 bytes on the wire at 10 Gbit/s
UNITS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


def measure(setup):
    program = setup.tool(PROGRAM)
    if not os.path.exists(program):
        print(f"\n*functions: skipped: {program} is not built*")
        return {}
    figures = {name: {"ns": values} for name, values in run(program, setup).items()}
    report.table("Functions of switchd, ns of processor time a call", figures, [("ns", "ns", "{:.1f}")],
                 f"Time between minimum-size packets at 10 Gbit/s: {LINE_NS} ns.")
    burst, single = (report.median(figures, name, "ns") for name in ("extract_and_emc_hit_in_bursts", "extract_and_emc_hit"))
    report.targets([("key and exact-match hit, in bursts as the datapath works, ns", burst, LINE_NS, False),
                    ("… the aim", burst, 35, False), ("key and exact-match hit, packet by packet, ns", single, LINE_NS, False)])
    return figures


def run(program, setup):
    """{benchmark: [ns of each repetition]}"""
    figures = {}
    for line in repetitions(program, setup):
        figures.setdefault(line["name"], []).append(nanoseconds(line))
    return figures


def repetitions(program, setup):
    """What a Google Benchmark program says of each repetition of each of its benchmarks."""
    options = [f"--benchmark_repetitions={setup.rounds(5, 1)}", "--benchmark_format=json",
               f"--benchmark_min_time={0.05 if setup.quick else 0.2}"]
    done = subprocess.run([program, *options], capture_output=True, text=True, check=True)
    return [line for line in json.loads(done.stdout)["benchmarks"] if line.get("run_type") == "iteration"]


def nanoseconds(line):
    """Of processor time, a call."""
    return line["cpu_time"] * UNITS[line["time_unit"]]
