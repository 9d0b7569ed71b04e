"""OpenFlow under TLS, end to end: certificates that are believed and others, of controllers and of tools; and controllers
of single switches.

As in test_openflow.py each test has a network namespace of its own for the machine's.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest

from conftest import BIN, ORDINARY_USER, SLOWNESS, processes_using, wait_until
from test_openflow import application, listens, machine, rules, running  # noqa: F401 (a fixture)

MAKE = r"""
set -e
curve="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
for ca in ours theirs; do openssl req -x509 $curve -keyout $ca-key.pem -out $ca-cert.pem -subj "/CN=$ca" -days 30; done
sign() {
  openssl req $curve -keyout $1-key.pem -out $1.csr -subj "/CN=$1"
  openssl x509 -req -in $1.csr -CA $2-cert.pem -CAkey $2-key.pem -CAcreateserial -out $1-cert.pem -days $3
}
sign switch ours 30; sign controller ours 30; sign stranger theirs 30; sign late ours -1
"""


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates")
    subprocess.run(["sh", "-c", MAKE], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def files(flowbed, certificates):
    """The certificates beside the topology, as the user of the network keeps them: keys are nobody else's."""
    for path in certificates.glob("*.pem"):
        copy = shutil.copy(path, flowbed.work)
        os.chmod(copy, 0o600)
        if flowbed.identity != "root" and os.geteuid() == 0:
            os.chown(copy, ORDINARY_USER, ORDINARY_USER)
    return flowbed.work


def tls_application(certificates, who, port=6653, believes="ours"):
    command = application("learning13", port)
    place = command.index("--ofp-tcp-listen-port")
    return [*command[:place], "--ofp-ssl-listen-port", str(port), "--ctl-privkey", str(certificates / f"{who}-key.pem"),
            "--ctl-cert", str(certificates / f"{who}-cert.pem"), "--ca-certs", str(certificates / f"{believes}-cert.pem"),
            command[-1]]


def options(who="switch", believes="ours", key=None):
    return ["--tls-key", f"{key or who}-key.pem", "--tls-certificate", f"{who}-cert.pem", "--tls-ca", f"{believes}-cert.pem"]


def tool(certificates, who="controller", believes="ours"):
    return ["ovs-ofctl", "-O", "OpenFlow13", "--private-key", str(certificates / f"{who}-key.pem"),
            "--certificate", str(certificates / f"{who}-cert.pem"), "--ca-cert", str(certificates / f"{believes}-cert.pem"),
            "dump-flows", "ssl:127.0.0.1:6654"]


NETWORK = {
    "flowbed": 1,
    "tls": {"private_key": "switch-key.pem", "certificate": "switch-cert.pem", "ca_certificate": "ours-cert.pem"},
    "nodes": [{"name": "c0", "kind": "controller", "protocol": "ssl"}, {"name": "h1"}, {"name": "h2"},
              {"name": "s1", "kind": "switch", "listen_port": 6654, "listen_protocol": "ssl"}],
    "links": [{"a": {"node": "h1"}, "b": {"node": "s1"}}, {"a": {"node": "h2"}, "b": {"node": "s1"}}]}


def test_a_file_names_the_certificates(flowbed, machine, files, certificates):  # noqa: F811
    flowbed.prefix = machine
    (files / "network.json").write_text(json.dumps(NETWORK))
    with running(machine, 6653, tls_application(certificates, "controller")):
        done = flowbed.shell(f"pingall\npingall\ncontrollers s1\nstatus\nstate\nsave saved.json\nsh {' '.join(tool(files))}\n",
                             "network.json")
    assert (done.stdout + done.stderr).count(" 0% dropped (2/2 received)") == 2
    assert re.search(r"^c0 +ssl:127.0.0.1 +machine +connected +1.3 +equal +[1-9]", done.stdout, re.MULTILINE), done.stdout
    assert re.search(r"^- +pssl:6654:127.0.0.1 +machine +listening", done.stdout, re.MULTILINE), done.stdout
    assert [rule for rule in rules(done.stdout) if "priority=1," in rule], done.stdout + done.stderr
    saved = (files / "saved.json").read_text()
    assert json.loads(saved)["tls"]["private_key"] == str(files / "switch-key.pem")
    secret = (certificates / "switch-key.pem").read_text().splitlines()[1]
    for text in (saved, done.stdout, done.stderr):
        assert "PRIVATE" not in text and secret not in text


def test_the_command_line_names_them(flowbed, machine, files, certificates):  # noqa: F811
    flowbed.prefix = machine
    with running(machine, 7000, tls_application(certificates, "controller", 7000)):
        done = flowbed.shell("pingall\ncontrollers s1\n", "--controller", "remote,port=7000,protocol=ssl", *options(),
                             "--listenport", "6700", "--switch", "default,listenProtocol=ssl")
    assert " 0% dropped (2/2 received)" in done.stdout + done.stderr
    assert "ssl:127.0.0.1:7000" in done.stdout and "pssl:6700:127.0.0.1" in done.stdout


@pytest.mark.parametrize("who, believes, switch, fault", [
    ("stranger", "ours", "switch", r"certificate of 127\.0\.0\.1: (self-signed certificate in certificate chain|unable to get local issuer)"),
    ("late", "ours", "switch", r"certificate of 127\.0\.0\.1: certificate has expired"),
    ("controller", "ours", "late", r"127\.0\.0\.1 does not accept the switch's certificate: certificate expired"),
    ("controller", "theirs", "switch", r"127\.0\.0\.1 does not accept the switch's certificate: unknown CA"),
    (None, None, "switch", r"(127\.0\.0\.1 does not speak TLS|(Connection reset by peer|it has closed the connection), in the TLS handshake)"),
])
def test_who_is_no_controller_is_named(flowbed, machine, files, certificates, who, believes, switch, fault):  # noqa: F811
    flowbed.prefix = machine
    command = tls_application(certificates, who, believes=believes) if who else application("learning13", 6653)
    with running(machine, 6653, command):
        done = flowbed.shell("pingall timeout=0.3\ncontrollers s1\n", "--controller", "remote,protocol=ssl", *options(switch))
    assert "100% dropped" in done.stdout + done.stderr
    assert re.search(rf"^c0 +ssl:127.0.0.1 +machine +(waiting|connecting): {fault}", done.stdout, re.MULTILINE), done.stdout
    warned = re.findall(r"Warning: no connection to controller c0 at ssl:127.0.0.1: (.*)\. The switches try on", done.stderr)
    assert warned and len(warned) == len(set(warned)), done.stderr
    assert all(re.match(fault, each) for each in warned), warned


@pytest.mark.parametrize("arguments, fault", [
    (options(key="stranger"), r"stranger-key.pem: this is not the key of the certificate in .*switch-cert.pem; give the two"),
    (options(key="missing"), r"tls.private_key: read .*missing-key.pem: No such file or directory; name a file in PEM form"),
    (options(believes="network"), r"network-cert.pem: this is no certificate in PEM form"),
    (options()[:4], r"tls.ca_certificate: no file is named"),
    ([], r"nodes\[3\].protocol: \"ssl\" needs the certificates of the switches"),
])
@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_files_of_no_use_are_refused_before_anything_is_built(flowbed, files, arguments, fault, dry):
    (files / "network-cert.pem").write_text("{}")
    done = flowbed.run("--controller", "remote,protocol=ssl", *arguments, "--test", "pingall", *dry, check=False)
    assert done.returncode == 1 and re.search(fault, done.stderr), done.stderr
    assert "Ping" not in done.stdout + done.stderr


def test_a_key_of_somebody_else_cannot_be_read(flowbed, files):
    """Except by root."""
    os.chown(files / "switch-key.pem", 0, 0)
    done = flowbed.run("--controller", "remote,protocol=ssl", *options(), "--test", "none", check=False)
    refusal = "switch-key.pem: Permission denied; name a file in PEM form that you may read"
    assert (refusal in done.stderr) == (flowbed.identity != "root"), done.stderr
    assert done.returncode == (0 if flowbed.identity == "root" else 1)


TALK = """
import socket, ssl, sys
context = ssl.create_default_context(cafile="ours-cert.pem")
context.check_hostname = False
context.load_cert_chain("controller-cert.pem", "controller-key.pem")
talk = context.wrap_socket(socket.create_connection(("127.0.0.1", 6654)))
talk.sendall(bytes([4, 0, 0, 8, 0, 0, 0, 1]))
assert talk.recv(1000)[1] == 0
print("talks", flush=True)
for _ in sys.stdin:
    talk.sendall(bytes([4, 2, 0, 8, 0, 0, 0, 7]))
    answer = talk.recv(1000)
    print("echo" if answer[1] == 3 else answer, flush=True)
"""
PLAIN = """
import socket
s = socket.create_connection(("127.0.0.1", 6654))
s.settimeout(5)
s.sendall(bytes([4, 0, 0, 8, 0, 0, 0, 1]))
try:
    while s.recv(1000): pass
except ConnectionResetError: pass
"""


def test_who_may_not_connect_is_turned_away_and_others_go_on(flowbed, machine, files, certificates):  # noqa: F811
    flowbed.prefix = machine
    network = flowbed.start("--name", "lab", "--listenport", "6654", "--switch", "default,listenProtocol=ssl", *options(),
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert wait_until(lambda: listens(machine, 6654))
    with subprocess.Popen([*machine, sys.executable, "-c", TALK], cwd=files, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True, bufsize=1) as friend:
        assert friend.stdout.readline() == "talks\n"
        for who, believes in (("stranger", "ours"), ("late", "ours"), ("controller", "theirs")):
            refused = subprocess.run([*machine, *tool(certificates, who, believes)], capture_output=True, text=True, timeout=20 * SLOWNESS)
            assert refused.returncode != 0 and "NORMAL" not in refused.stdout, (who, believes)
        subprocess.run([*machine, sys.executable, "-c", PLAIN], check=True, timeout=20 * SLOWNESS)
        welcome = subprocess.run([*machine, *tool(certificates)], capture_output=True, text=True, timeout=20 * SLOWNESS)
        assert "priority=0 actions=NORMAL" in welcome.stdout, welcome.stderr
        friend.stdin.write("\n")
        assert friend.stdout.readline() == "echo\n"
        friend.stdin.close()
    out, _ = network.communicate("exit\n", timeout=30 * SLOWNESS)
    assert re.search(r"Warning: no connection with a client of s1 at pssl:6654:127.0.0.1: certificate of 127.0.0.1: ", out), out


def test_a_switchd_that_was_killed_is_given_its_identity_again(flowbed, machine, files, certificates):  # noqa: F811
    flowbed.prefix = machine
    network = flowbed.start("--name", "lab", "--listenport", "6654", "--switch", "default,listenProtocol=ssl", *options(),
                            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers():
        done = subprocess.run([*machine, *tool(certificates)], capture_output=True, text=True, timeout=20 * SLOWNESS)
        return "NORMAL" in done.stdout

    assert wait_until(answers)
    for name in ("switch-key.pem", "switch-cert.pem", "ours-cert.pem"):
        (files / name).unlink()
    victims = [pid for pid in processes_using(flowbed.folder / "bin") if os.readlink(f"/proc/{pid}/exe").endswith("flowbed-switchd")]
    os.kill(victims[0], signal.SIGKILL)
    assert wait_until(lambda: processes_using(flowbed.folder / "bin") and answers())
    network.communicate("exit\n", timeout=30 * SLOWNESS)


ALONE = r"""
ip link add p1 type veth peer name p2
"$1" --bridge s1 --ports p1,p2 --listen pssl:6654 --private-key switch-key.pem --certificate switch-cert.pem --ca-cert ours-cert.pem &
switch=$!
until ss -Htln | grep -q :6654; do sleep 0.05; done
shift
until [ "$MAY_BE_CONFINED" = no ] || grep -q "^Seccomp:.2" /proc/$switch/status; do sleep 0.05; done
"$@"
kill -TERM $switch; wait $switch; echo status $?
"""


def is_sanitized(program):
    """Such a switchd gives up nothing (kCanBeConfined); any other has to."""
    return re.search(rb"__[at]san_init", program.read_bytes()) is not None


def test_a_switch_by_itself(machine, certificates):  # noqa: F811
    switchd = BIN / "flowbed-switchd"
    done = subprocess.run([*machine, "sh", "-c", ALONE, "sh", str(switchd), *tool(certificates)], cwd=certificates,
                          env={**os.environ, "MAY_BE_CONFINED": "no" if is_sanitized(switchd) else "yes"},
                          capture_output=True, text=True, timeout=60 * SLOWNESS)
    assert "actions=NORMAL" in done.stdout and done.stdout.endswith("status 0\n"), done.stdout + done.stderr


@pytest.mark.parametrize("arguments, fault", [
    (["--listen", "pssl:6654"], "TLS needs a private key, a certificate and that of the authority: give --private-key"),
    (["--private-key", "switch-key.pem"], "TLS needs a private key"),
    (["--private-key", "none.pem", "--certificate", "switch-cert.pem", "--ca-cert", "ours-cert.pem"], "none.pem: No such file"),
    (["--private-key", "late-key.pem", "--certificate", "switch-cert.pem", "--ca-cert", "ours-cert.pem"],
     "late-key.pem: this is not the key of the certificate in switch-cert.pem"),
])
def test_a_switch_by_itself_says_what_is_wrong(machine, certificates, arguments, fault):  # noqa: F811
    done = subprocess.run([*machine, str(BIN / "flowbed-switchd"), "--bridge", "s1", "--ports", "lo", *arguments], cwd=certificates,
                          capture_output=True, text=True, timeout=20 * SLOWNESS)
    assert done.returncode != 0 and fault in done.stderr, done.stderr


def test_switches_have_controllers_of_their_own(flowbed, machine):  # noqa: F811
    """c1 is not there: the switch that has only it forwards nothing."""
    flowbed.prefix = machine
    nodes = [{"name": "c0", "kind": "controller", "tcp_port": 7000}, {"name": "c1", "kind": "controller", "tcp_port": 7001}]
    links = []
    for i, controllers in enumerate((["c0"], [], ["c1"]), 1):
        nodes += [{"name": f"h{2 * i - 1}"}, {"name": f"h{2 * i}"}, {"name": f"s{i}", "kind": "switch", "controllers": controllers}]
        links += [{"a": {"node": f"h{h}"}, "b": {"node": f"s{i}"}} for h in (2 * i - 1, 2 * i)]
    (flowbed.work / "network.json").write_text(json.dumps({"flowbed": 1, "nodes": nodes, "links": links}))
    ask = "h1 ping -c 3 -i 0.4 -W 1 h2\nh3 ping -c 3 -i 0.4 -W 1 h4\nh5 ping -c 3 -i 0.4 -W 1 h6\ncontrollers s1\ncontrollers s2\ncontrollers s3\n"
    with running(machine, 7000, application("learning13", 7000)):
        done = flowbed.shell(f"{ask}sh echo CHANGED\nset-controllers s3 c0\nset-controllers s1 none\nsave saved.json\n{ask}"
                             "set-controllers s1 c9\n", "network.json", check=False)
    before, after = done.stdout.split("CHANGED\n")

    def who_reach(text):
        return [count != "0" for count in re.findall(r"(\d) received", text)]

    assert who_reach(before) == [True, True, False], before
    assert re.findall(r"^(c\d) .* (connected|waiting)", before, re.MULTILINE) == [("c0", "connected"), ("c1", "waiting")], before
    assert who_reach(after) == [True, True, True], after
    assert re.findall(r"^(c\d) .* (connected|waiting)", after, re.MULTILINE) == [("c0", "connected")], after
    assert "\"c9\" is no controller of this network" in done.stdout + done.stderr
    saved = {node["name"]: node.get("controllers") for node in json.loads((flowbed.work / "saved.json").read_text())["nodes"]}
    assert (saved["s1"], saved["s2"], saved["s3"]) == ([], [], ["c0"])
