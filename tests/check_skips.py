"""Prints every skipped test with its reason; fails if tests/allowed_skips does not allow it here.

Usage: check_skips.py RESULTS.xml   (as written by ctest --output-junit)
"""

import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

ALLOWED = pathlib.Path(__file__).with_name("allowed_skips")


def user_namespaces_work():
    return subprocess.run(["unshare", "-Ur", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0


def proc_is_masked():
    mounts = pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
    return any(re.match(r"/(proc|sys)/.", line.split()[4]) and "/proc/sys/fs/binfmt_misc" not in line.split()[4]
               and not line.split()[4].startswith("/sys/fs/") and not line.split()[4].startswith("/sys/kernel/")
               for line in mounts)


PLACES = {
    "always": lambda: True,
    "not-root": lambda: os.geteuid() != 0,
    "root": lambda: os.geteuid() == 0,
    "no-userns": lambda: not user_namespaces_work(),
    "container": proc_is_masked,
}


def parse_allowed(text):
    """[(regex of the test, place, regex of the reason)]; raises ValueError naming the line."""
    rules = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#")[0].split(maxsplit=2)
        if not words:
            continue
        if len(words) != 3 or words[1] not in PLACES:
            raise ValueError(f"allowed_skips:{number}: expected a test, one of {', '.join(PLACES)}, and a reason")
        rules.append((re.compile(words[0]), words[1], re.compile(words[2].strip())))
    return rules


def reasons_of(output):
    """What a test printed about why it, or parts of it, were skipped: pytest's lines, or what stands between GoogleTest's
    file:line and [  SKIPPED ]."""
    pytest = re.findall(r"^SKIPPED \[\d+\] .*?: (.*)$", output, re.M)
    google = re.findall(r": Skipped\n(.*?)\n\s*\n?\[  SKIPPED \]", output, re.S)
    return pytest or [" ".join(text.split()) for text in google]


def skipped_tests(results):
    """(name, reason) of each skip; a passed pytest run counts by what it says was skipped in it."""
    for case in xml.etree.ElementTree.parse(results).getroot().iter("testcase"):
        output = case.findtext("system-out") or ""
        if case.find("skipped") is not None or re.search(r"^SKIPPED \[\d+\]", output, re.M):
            for reason in reasons_of(output) or [""]:
                yield case.get("name"), reason


def place_of(rules, name, reason):
    return next((place for test, place, why in rules if test.fullmatch(name) and why.search(reason)), None)


def main(results):
    rules = [rule for rule in parse_allowed(ALLOWED.read_text()) if PLACES[rule[1]]()]
    faults = 0
    for name, reason in skipped_tests(results):
        place = place_of(rules, name, reason)
        print(f"Skipped: {name}: {reason or 'NO REASON GIVEN'}" + (f" (allowed: {place})" if place else ""))
        if place is None or not reason:
            faults += 1
            print(f"  not allowed here: make it run, or give it a reason and a line in {ALLOWED}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
