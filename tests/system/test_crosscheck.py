"""Open vSwitch's word on random rules and packets: what leaves our switch, byte by byte, is what leaves its datapath.

FLOWBED_CROSSCHECK=SETS[,SEED] does so many rule sets instead of a few, from that seed on.
"""
import contextlib
import os
import random
import re
import time

import pytest

import openvswitch_peer
import random_frames
import random_rules
from conftest import wait_until
from openflow_rig import a_machine
from switch_rig import PORTS, Switch

if os.geteuid() != 0:
    pytest.skip("needs root for a network namespace in the machine's place", allow_module_level=True)

SETS, SEED = (list(map(int, os.environ.get("FLOWBED_CROSSCHECK", "15").split(","))) + [1])[:2]
FRAMES = 10  # a set
ALWAYS = "table=0,priority=65535,dl_type=0x88b7,actions=all"
END = bytes.fromhex("ffffffffffff020000000fff88b7")
LABELLED = (b"\x88\x47", b"\x88\x48")


class PeerDied(Exception):
    """Open vSwitch 3.1 aborts where it has to freeze some packets with an action set (ofproto-dpif-rid.c, recirc_alloc_id__)."""


@contextlib.contextmanager
def both(folder, datapath):
    """Our switch and Open vSwitch, new ones."""
    folder.mkdir()
    with contextlib.ExitStack() as stack:
        ours = Switch(stack.enter_context(a_machine()), "1.3", datapath)
        stack.callback(ours.close)
        peer = openvswitch_peer.Peer(folder, PORTS)
        stack.callback(peer.close)
        yield ours, peer


def what_ofctl_accepts(peer, rules):
    """Without those that it refuses itself, as actions that do not fit the match."""
    return [rule for rule in rules if peer.ofctl("parse-flow", rule).status == 0]


def refuses(switch, command, line):
    """The fault, or nothing."""
    answer = switch.ofctl(command, "SWITCH", line, **({"check": False} if isinstance(switch, Switch) else {}))
    found = re.search(r"OFPT_ERROR.*?: (\w+)", answer.all)
    assert answer.status == 0 or found, answer.all
    return found[1] if found else None


def program(switches, command, lines):
    """All lines in all switches; returns what they do not agree on, or what does not lead anywhere."""
    disagreed = []
    for line in lines:
        verdicts = [refuses(switch, command, line) for switch in switches]
        if any(verdicts) and verdicts[0] != verdicts[1]:
            disagreed.append((line, verdicts))
    return disagreed


def load(switches, groups, rules):
    for switch in switches:
        for command in ("del-flows", "del-groups"):
            switch.ofctl(command, "SWITCH")
    faults = program(switches, "add-group", groups)
    checks = [{"check": False}, {}]
    answers = [switch.ofctl("add-flows", "SWITCH", "-", stdin="\n".join([ALWAYS, *rules]), **check) for switch, check in zip(switches, checks)]
    if any("OFPT_ERROR" in answer.all for answer in answers):
        faults += program(switches, "add-flow", [ALWAYS, *rules])
    return faults


def run(switch, frames, one_by_one):
    """{port: [frame, …]} of what leaves. Each port's frames are handled before the next one's come in; or each frame."""
    out = {port: [] for port in PORTS}
    for run_number, (port, some) in enumerate([(port, [frame]) for port, frame in frames] if one_by_one else runs(frames)):
        mark = END + run_number.to_bytes(46, "big")
        send_all(switch, port, [*some, mark])
        others = [each for each in PORTS if each != port]

        def passed():
            for each in PORTS:
                out[each] += switch.received(each)
            return all(mark in out[each] for each in others) or (not isinstance(switch, Switch) and switch.has_died())
        in_time = wait_until(passed, 10)
        collect_stragglers(switch, out)
        if not isinstance(switch, Switch) and one_by_one:
            switch.appctl("revalidator/wait")
        if not isinstance(switch, Switch) and switch.has_died():
            raise PeerDied
        if not in_time:
            raise AssertionError(f"{switch} lost what came in at {port}: {[frame.hex() for frame in some]}")
    return {port: [frame for frame in frames if frame[:14] != END] for port, frames in out.items()}


def collect_stragglers(switch, out):
    """What the kernel has an answer for passes what has to be asked for; so may the mark at the end."""
    while True:
        time.sleep(0.01)
        frames = {port: switch.received(port) for port in PORTS}
        if not any(frames.values()):
            return
        for port, late in frames.items():
            out[port] += late


def send_all(switch, port, frames):
    if isinstance(switch, Switch):
        for frame in frames:
            switch.send(port, frame)
    else:
        switch.send(port, frames)


def runs(frames):
    """Neighbours with one port: [(port, [frame, …])]."""
    found = []
    for port, frame in frames:
        if found and found[-1][0] == port:
            found[-1][1].append(frame)
        else:
            found.append((port, [frame]))
    return found


def differences(frames, ours, theirs):
    """[(port where it came in, frame, our outputs, their outputs)]"""
    found = []
    for port, frame in frames:
        def outputs(of):
            return {each: sorted(one.hex() for one in some if one[-4:] == frame[-4:]) for each, some in of.items()}
        if outputs(ours) != outputs(theirs):
            found.append((port, frame, outputs(ours), outputs(theirs)))
    return found


def is_beyond_open_vswitch(trace, difference):
    """It keeps two tags and three labels, others are lost on the way; and puts labels behind tags, which 1.3.5 (5.11) wants in front of them.

    A trace ends where a group chooses: what then happens shows in the frames.
    """
    tags = tags_of(difference[1]) + trace.count("push_vlan:")
    sent = [bytes.fromhex(one) for of in difference[2:] for some in of.values() for one in some]
    too_many = any(tags_of(one) > 2 or labels_of(one) > 3 for one in sent) or "more MPLS LSEs than" in trace
    mixed = tags and "push_mpls:" in trace or any(labels_of(one) and (tags or tags_of(one)) for one in sent)
    return tags > 2 or too_many or mixed


def tags_of(frame):
    return next(count for count in range(9) if frame[12 + 4 * count:14 + 4 * count] not in (b"\x81\0", b"\x88\xa8"))


def labels_of(frame):
    labels = frame[12 + 4 * tags_of(frame):]
    if labels[:2] not in LABELLED:
        return 0
    return next((count for count in range(1, 9) if labels[4 * count] & 1), 9)


def tell(seed, trace, difference):
    port, frame, ours, theirs = difference
    return f"seed {seed}: in_port={port} {frame.hex()}\nours   {ours}\ntheirs {theirs}\n{trace}"


def compare(seed, ours, peer, turns):
    """What is different, as text. The frames come `turns` times: the last time, caches answer where they can."""
    rng = random.Random(seed)
    groups, rules = random_rules.rule_set(rng)
    rules = what_ofctl_accepts(peer, rules)
    if faults := load((ours, peer), groups, rules):
        return [f"seed {seed}: {line}\n{verdicts}" for line, verdicts in faults]
    frames = sorted((random_frames.frame(rng, seed << 8 | number) for number in range(FRAMES)), key=lambda each: each[0])
    one_by_one = any("learn(" in rule for rule in rules)  # Open vSwitch's cache hears late of what was learned
    for _ in range(turns):
        ours_out, theirs_out = run(ours, frames, one_by_one), run(peer, frames, one_by_one)
    found = [(peer.trace(*each[:2]), each) for each in differences(frames, ours_out, theirs_out)]
    return [tell(seed, trace, each) for trace, each in found if not is_beyond_open_vswitch(trace, each)]


@pytest.mark.parametrize("datapath, sets, turns", [("userspace", SETS, 1), ("nft", (SETS + 1) // 2, 2)])
def test_our_packets_are_open_vswitchs(tmp_path, datapath, sets, turns):
    if program := openvswitch_peer.missing():
        pytest.skip(f"{program} is not installed")
    seed, bad, deaths = SEED, [], 0
    while seed < SEED + sets:
        with both(tmp_path / str(seed), datapath) as pair, contextlib.suppress(PeerDied):
            while seed < SEED + sets:
                seed, deaths = seed + 1, deaths + 1
                bad += compare(seed - 1, *pair, turns)
                deaths -= 1
    assert not bad, f"{len(bad)} differences\n" + "\n\n".join(bad[:20])
    assert deaths <= 1 + sets // 5, "too little was compared"
