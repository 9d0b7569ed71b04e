"""Rounds in turns, medians, and Markdown."""
import os
import platform
import statistics
import sys
import time

patience = 0.0  # seconds that a turn waits for others on this machine to pause


def alternate(contestants, rounds, measure):
    """Measures A B C A B C …: {name: {quantity: [figures]}}. One who fails is reported, and out of the race."""
    figures = {}
    out = set()
    for number in range(rounds):
        for contestant in contestants:
            if contestant.name in out:
                continue
            say(f"round {number + 1} of {rounds}: {contestant.name}")
            wait_for_quiet()
            try:
                for quantity, value in measure(contestant).items():
                    figures.setdefault(contestant.name, {}).setdefault(quantity, []).append(value)
            except Exception as error:  # whatever befalls a peer: the others go on
                out.add(contestant.name)
                print(f"\n*{contestant.name}: left out: {type(error).__name__}: {error}*", flush=True)
    say("")
    return figures


def wait_for_quiet(busy_share=0.1):
    """Until the processors have been all but idle for half a second, or patience ends."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        before = processor_times()
        time.sleep(0.5)
        idle, total = (after - earlier for after, earlier in zip(processor_times(), before))
        if idle > (1 - busy_share) * total:
            return


def processor_times():
    """(idle, all) in ticks since boot."""
    with open("/proc/stat", encoding="ascii") as file:
        ticks = [int(word) for word in file.readline().split()[1:]]
    return ticks[3] + ticks[4], sum(ticks)


def say(text):
    """Progress, for a person at a terminal only."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def median(figures, contestant, quantity):
    """None if that was not measured."""
    values = figures.get(contestant, {}).get(quantity)
    return statistics.median(values) if values else None


def table(title, figures, columns, note=""):
    """columns: (heading, quantity, format of the median)."""
    print(f"\n### {title}\n\n| | {' | '.join(heading for heading, _, _ in columns)} |\n|---|{'---:|' * len(columns)}")
    for contestant in figures:
        medians = [(median(figures, contestant, quantity), form) for _, quantity, form in columns]
        print(f"| {contestant} | {' | '.join('–' if value is None else form.format(value) for value, form in medians)} |")
    if note:
        print(f"\n{note}")
    sys.stdout.flush()


def targets(rows):
    """rows: (what, value or None, the bound, at least?), as the issue states them."""
    print("\n| target | wanted | measured | |\n|---|---:|---:|---|")
    for what, value, bound, at_least in rows:
        held = None if value is None else (value >= bound if at_least else value <= bound)
        print(f"| {what} | {'≥' if at_least else '≤'} {bound:g} | {'–' if value is None else f'{value:.3g}'} | "
              f"{ {None: 'not measured', True: 'holds', False: '**missed**'}[held] } |")
    sys.stdout.flush()


def ratio(figures, quantity, one, other):
    a, b = median(figures, one, quantity), median(figures, other, quantity)
    return None if a is None or not b else a / b


def machine():
    """The load tells whether somebody else was at work: figures taken beside a build are worth little."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} processors ({model}), Linux {platform.release()}; load {os.getloadavg()[0]:.1f}"
