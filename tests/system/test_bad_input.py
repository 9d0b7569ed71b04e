"""Bad input: a message that names the thing, a status other than 0, and nothing left behind."""
import json

import pytest


def topology(**changes):
    value = {
        "flowbed": 1,
        "nodes": [{"name": "h1", "kind": "host"}, {"name": "h2", "kind": "host"}, {"name": "s1", "kind": "switch"}],
        "links": [{"a": {"node": "h1"}, "b": {"node": "s1"}}, {"a": {"node": "h2"}, "b": {"node": "s1"}}],
    }
    value.update(changes)
    return value


HOST = {"name": "h1", "kind": "host"}
BAD_TOPOLOGIES = {
    "unknown node": (topology(links=[{"a": {"node": "h1"}, "b": {"node": "s9"}}]), "s9"),
    "duplicate name": (topology(nodes=[HOST, HOST], links=[]), "h1"),
    "odd name": (topology(nodes=[{"name": "h 1", "kind": "host"}], links=[]), "h 1"),
    "bad address": (topology(nodes=[{**HOST, "interfaces": [{"name": "h1-eth0", "addresses": ["10.0.0.300/8"]}]}], links=[]),
                    "10.0.0.300/8"),
    "unknown key": (topology(nodes=[{**HOST, "adresses": []}], links=[]), "adresses"),
    "bad delay": (topology(links=[{"a": {"node": "h1"}, "b": {"node": "s1"}, "delay": "10 parsecs"}]), "10 parsecs"),
    "unknown kind": (topology(nodes=[{"name": "h1", "kind": "hots"}], links=[]), "hots"),
}


@pytest.mark.parametrize("name", BAD_TOPOLOGIES)
def test_bad_topologies_are_refused(flowbed, name):
    value, named = BAD_TOPOLOGIES[name]
    (flowbed.work / "bad.json").write_text(json.dumps(value))
    done = flowbed.run("bad.json", "--test", "pingall", check=False)
    assert done.returncode != 0
    assert named in done.stderr, done.stderr


def test_malformed_json_is_placed(flowbed):
    (flowbed.work / "bad.json").write_text('{\n  "flowbed": 1,\n  "nodes": [}\n')
    done = flowbed.run("bad.json", check=False)
    assert done.returncode != 0
    assert "line 3" in done.stderr or ":3:" in done.stderr, done.stderr


@pytest.mark.parametrize("arguments, named", [
    (["--topo", "sinlge,3"], "single"),
    (["--topo", "single,many"], "many"),
    (["--test", "pingal"], "pingall"),
    (["--name", "a/b"], "a/b"),
    (["--ipbase", "10.0.0.999/8"], "10.0.0.999"),
    (["missing.json"], "missing.json"),
    (["attach", "nobody"], "nobody"),
    (["exec", "nobody", "h1", "--", "true"], "nobody"),
    (["stop", "nobody"], "nobody"),
    (["--controller", "remote,ip=here"], "\"here\" is no IP address"),
])
def test_bad_options_are_refused(flowbed, arguments, named):
    done = flowbed.run(*arguments, check=False)
    assert done.returncode != 0
    assert named in done.stderr, done.stderr


@pytest.mark.parametrize("line, named", [
    ("link h1 h9 down", "h9"),
    ("link h1 s1 sideways", "up"),
    ("cache s9", "s9"),
    ("add host h1", "h1"),
    ("del h9", "h9"),
    ("capture h1-eth7 x.pcapng", "h1-eth7"),
    ("capture h1-eth0 /nonexistent/x.pcapng", "/nonexistent"),
    ("fly h1", "fly"),
    ("trace s1 in_port=1,colour=blue", "colour"),
])
def test_bad_shell_lines_are_named_and_the_shell_goes_on(flowbed, line, named):
    done = flowbed.shell(line + "\nh1 echo still here\n", check=False)
    assert named in done.stdout + done.stderr
    assert "still here" in done.stdout
