"""Holds every #include of core/, switchd/ and gui/ against the layer table of DESIGN.md."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent

# folder → the folders it may include from, besides itself. What a layer's own layers may use is spelled out.
FLOW = {"core/base", "switchd/packet", "switchd/flow"}
SLOWPATH = FLOW | {"switchd/datapath", "switchd/slowpath"}
LAYERS = {
    "core/base": set(),
    "core/topo": {"core/base"},
    "core/os": {"core/base"},
    "core/rpc": {"core/base", "core/topo"},
    "core/engine": {"core/base", "core/topo", "core/os", "core/rpc"},
    "core/cli": {"core/base", "core/topo", "core/rpc", "core/report"},
    "core/report": {"core/base"},
    "switchd/packet": {"core/base", "switchd/flow"},
    "switchd/flow": {"core/base", "switchd/packet"},
    "switchd/packet_io": FLOW,
    "switchd/datapath": FLOW | {"switchd/packet_io", "switchd/bpf"},
    "switchd/bpf": FLOW,
    "switchd/slowpath": SLOWPATH,
    "switchd/openflow": SLOWPATH,
    "switchd/export": SLOWPATH,
    "switchd/control": SLOWPATH | {"switchd/openflow", "switchd/export"},
    "switchd/controller": SLOWPATH | {"switchd/openflow"},
    "switchd/link": {"core/base"},
    "switchd/ferry": FLOW | {"switchd/packet_io", "switchd/link"},
    "switchd": SLOWPATH | {"switchd/openflow", "switchd/export", "switchd/control", "switchd/ferry"},  # main.cc and what wires it
    "gui": {"core/base", "core/topo", "core/rpc"},
}

# A system header that only some folders may use.
RESERVED = {
    r"netlink/.*": {"core/os"},
    r"linux/(if_link|veth)\.h": {"core/os", "switchd/datapath"},  # the pair by which misses come up
    r"lib(mnl|nftnl)/.*": {"switchd/datapath"},
    r"linux/rtnetlink\.h": {"core/os", "switchd/datapath"},  # switchd listens for the state of its ports
    r"boost/process.*": {"core/os"},
    r"CLI/.*": {"core/cli", "core/engine", "switchd"},
    r"openssl/.*": {"switchd/openflow"},
    r"histedit\.h": {"core/cli"},
    r"seccomp\.h|bpf/.*": {"switchd", "switchd/bpf", "switchd/datapath", "core/engine", "core/os"},
    r"Q[A-Za-z].*": {"gui"},
}

SOURCES = sorted(
    path for top in ("core", "switchd", "gui") for path in (ROOT / top).rglob("*")
    if path.suffix in {".cc", ".hh", ".c", ".h"})


def layer_of(path):
    """The longest entry of LAYERS that is a parent of `path` (both relative to the root)."""
    for parent in pathlib.PurePosixPath(path).parents:
        if str(parent) in LAYERS:
            return str(parent)
    return None


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if found:
            yield number, found[1], found[2]


def fault_of(layer, style, header):
    if style == '"':
        other = layer_of(header)
        if not (ROOT / header).is_file():
            return f'"{header}" is not a file of this tree; write its path from the root'
        if other is None or (other != layer and other not in LAYERS[layer]):
            return f"{layer} may not use {other or header}"
        return None
    for pattern, allowed in RESERVED.items():
        if re.fullmatch(pattern, header) and layer not in allowed:
            return f"<{header}> belongs to {', '.join(sorted(allowed))}"
    return None


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_includes_keep_to_the_layers(path):
    name = path.relative_to(ROOT)
    layer = layer_of(name)
    assert layer, f"{name} is in no layer: add its folder to LAYERS and to DESIGN.md's table"
    faults = [f"{name}:{number}: {fault}" for number, style, header in includes(path)
              if (fault := fault_of(layer, style, header))]
    assert not faults, "\n".join(faults)


def test_the_table_itself():
    assert not any(other.startswith("switchd") for layer in LAYERS if layer.startswith("core") for other in LAYERS[layer])
    assert all("core/topo" not in LAYERS[layer] for layer in LAYERS if layer.startswith("switchd"))


def test_a_wrong_include_is_noticed():
    assert fault_of("switchd/flow", '"', "core/topo/topology.hh")
    assert fault_of("core/engine", "<", "netlink/netlink.h")
    assert not fault_of("core/cli", '"', "core/rpc/network.hh")


if __name__ == "__main__":
    raise SystemExit(pytest.main(["-q", "-rs", "-p", "no:cacheprovider", __file__]))
