#!/usr/bin/env python3
"""Makes the traces that lie here: generate.py KIND [SEED] > KIND.trace

A trace has a line for each opportunity to send 1500 bytes: the millisecond, from the beginning, rising; the last
one is the period (the format of mahimahi's mm-link). The kinds are simple models of how such links behave, and
no measurements; the same seed gives the same trace.

  lte        a phone on the move: the rate wanders between 1 and 40 Mbit/s (the logarithm of it is an
             Ornstein-Uhlenbeck process), and now and then nothing passes for some tenths of a second
  wifi       a shared channel: aggregates of 4 to 32 packets, after waiting for others to be done
  satellite  slots of a frame of 26.5 ms, 8 Mbit/s in good weather, less when clouds pass
"""
import math
import random
import sys

DURATION = 30_000  # ms
OPPORTUNITY = 12_000  # bits


def lte(chance):
    """Packets of each millisecond."""
    log_rate, mean, credit, silent = math.log(12e6), math.log(12e6), 0.0, 0
    for _ in range(DURATION):
        log_rate += 0.002 * (mean - log_rate) + 0.045 * chance.gauss(0, 1)
        rate = min(max(math.exp(log_rate), 1e6), 40e6)
        if silent == 0 and chance.random() < 1 / 5000:
            silent = chance.randint(100, 500)
        silent = max(silent - 1, 0)
        credit += 0 if silent else rate / 1000 / OPPORTUNITY
        yield int(credit)
        credit -= int(credit)


def wifi(chance):
    wait = 0.0
    for _ in range(DURATION):
        wait -= 1
        count = 0
        while wait <= 0:
            aggregate = chance.randint(4, 32)
            count += aggregate
            busy_others = chance.expovariate(1 / 4.0)
            wait += aggregate * OPPORTUNITY / 60e6 * 1000 + busy_others
        yield count


def satellite(chance):
    frame, fade, slots_due = 26.5, 0.0, 0.0
    for now in range(DURATION):
        fade += 0.001 * -fade + 0.02 * chance.gauss(0, 1)
        rate = 8e6 * min(1, math.exp(-max(fade, 0)))
        slots_due += rate / 1000 / OPPORTUNITY
        in_own_slots = now % frame < 6  # ours are together, at the frame's beginning
        count = int(slots_due) if in_own_slots else 0
        slots_due -= count
        yield count


def main():
    kinds = {"lte": lte, "wifi": wifi, "satellite": satellite}
    if len(sys.argv) not in (2, 3) or sys.argv[1] not in kinds:
        sys.exit(__doc__)
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) == 3 else 1)
    times = [now for now, count in enumerate(kinds[sys.argv[1]](chance), 1) for _ in range(count)]
    times[-1] = DURATION
    print(*times, sep="\n")


if __name__ == "__main__":
    main()
