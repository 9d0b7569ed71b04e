"""What tests of OpenFlow share: a machine of their own, controllers that run on it, a network that goes on meanwhile."""
import contextlib
import pathlib
import re
import subprocess

import pytest

from conftest import SLOWNESS, wait_until

CONTROLLERS = pathlib.Path(__file__).parent / "controllers"
IN_TIME = 20  # seconds, for an application to start


@contextlib.contextmanager
def a_machine():
    """A prefix for commands: they see a machine with nothing but its loopback."""
    holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "ip link set lo up && echo ready && exec sleep 1000"], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "ready\n"
    try:
        yield ["nsenter", f"--net=/proc/{holder.pid}/ns/net"]
    finally:
        holder.kill()
        holder.wait()


@pytest.fixture
def machine():
    with a_machine() as prefix:
        yield prefix


def listens(machine, port):
    return f":{port} " in subprocess.run([*machine, "ss", "-Htln"], capture_output=True, text=True).stdout


@contextlib.contextmanager
def running(machine, port, command, **options):
    """A controller, from when it listens."""
    controller = subprocess.Popen([*machine, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        assert wait_until(lambda: listens(machine, port), IN_TIME), f"{command} does not listen"
        yield controller
    finally:
        controller.kill()
        controller.wait()


def application(name, port, *options, **environment):
    """The command of an os-ken application from controllers/, or of os-ken's own if the name has dots."""
    variables = [f"{key}={value}" for key, value in environment.items()]
    return ["/usr/bin/env", f"PYTHONPATH={CONTROLLERS}", "PYTHONDONTWRITEBYTECODE=1", *variables, "/usr/bin/python3", "-m",
            "os_ken.cmd.manager", "--ofp-tcp-listen-port", str(port), *options, name]


def rules(text):
    """The rules in what ovs-ofctl or the shell printed."""
    return [line.strip() for line in text.splitlines() if line.startswith(" cookie=")]


def count(text, name="n_packets"):
    return int(re.search(rf"{name}=(\d+)", text)[1])


class Lab:
    """A network that runs while a test does other things; the context's end ends it."""

    def __init__(self, flowbed, *arguments):
        self._flowbed = flowbed
        self._network = flowbed.start("--name", "lab", *arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL)

    def __enter__(self):
        assert wait_until(lambda: self.run("h1", "true", check=False).returncode == 0, IN_TIME), "no network"
        return self

    def __exit__(self, *_):
        self._network.communicate("exit\n", timeout=30 * SLOWNESS)

    def type(self, line):
        """A line for its shell, which may not have been run yet."""
        self._network.stdin.write(line + "\n")
        self._network.stdin.flush()

    def run(self, node, *command, **options):
        return self._flowbed.run("exec", "lab", node, "--", *command, **options)

    def start(self, node, *command, **options):
        return self._flowbed.start("exec", "lab", node, "--", *command, **options)

    @contextlib.contextmanager
    def serving(self, node, port, *command):
        """A server in a node, from when it listens."""
        server = self.start(node, *command, stdout=subprocess.DEVNULL)
        try:
            assert wait_until(lambda: f":{port} " in self.run(node, "ss", "-Htln").stdout, IN_TIME), f"{command} does not listen"
            yield server
        finally:
            server.terminate()
            server.wait(10)
