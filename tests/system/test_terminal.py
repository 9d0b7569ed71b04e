"""On a terminal: prompt, keys, and programs that want a terminal of their own."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import pytest


class Terminal:
    """A flowbed on a pty of 100 columns and 30 rows."""

    def __init__(self, flowbed, *arguments):
        self.text = ""
        command = flowbed.command(*arguments)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(flowbed.work)
            os.execvpe(command[0], command, {**flowbed.environment, "TERM": "xterm"})
        self.resize(100, 30)

    def resize(self, columns, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text):
        os.write(self.fd, text.encode())

    def expect(self, pattern, seconds=10.0):
        """Waits until `pattern` has come since the last match; returns the text up to its end."""
        deadline = time.monotonic() + seconds
        while True:
            match = re.search(pattern, self.text, re.S)
            if match:
                before, self.text = self.text[:match.end()], self.text[match.end():]
                return before
            left = deadline - time.monotonic()
            assert left > 0, f"{pattern!r} did not come; there was:\n{self.text}"
            if select.select([self.fd], [], [], left)[0]:
                try:
                    self.text += os.read(self.fd, 65536).decode(errors="replace")
                except OSError:
                    assert re.search(pattern, self.text, re.S), f"ended before {pattern!r}:\n{self.text}"

    def close(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


@pytest.fixture
def terminal(flowbed):
    terminal = Terminal(flowbed)
    terminal.expect("flowbed> ")
    yield terminal
    terminal.close()


@pytest.mark.every_kernel
def test_ctrl_c_ends_the_command_and_not_the_network(terminal):
    terminal.type("h1 ping h2\n")
    terminal.expect("icmp_seq=2")
    terminal.type("\x03")
    terminal.expect("packets transmitted.*flowbed> ")
    terminal.type("h1 echo alive$((1+1))\n")
    terminal.expect("\nalive2")


def test_ctrl_c_ends_a_measurement_and_what_it_runs(terminal):
    terminal.type("iperf seconds=60\n")
    terminal.expect("testing TCP bandwidth")
    time.sleep(1)
    terminal.type("\x03")
    terminal.expect("flowbed> ")
    terminal.type("h2 sh -c 'sleep 0.5; ss -Htn state listening state established | grep -c :5201; echo looked'\n")
    terminal.expect("\n0\r\nlooked")


def test_a_command_has_the_terminal_and_its_size(terminal):
    terminal.type("h1 stty size\n")
    terminal.expect("\n30 100.*flowbed> ")
    terminal.type("h1 test -t 0 && echo it is a tty\n")
    terminal.expect("\nit is a tty.*flowbed> ")
    terminal.type("h1 sh -c 'trap \"stty size; exit\" WINCH; while :; do sleep 0.1; done'\n")
    time.sleep(0.5)
    terminal.resize(90, 20)
    terminal.expect("\n20 90")


def test_an_inner_shell_is_interactive_and_says_where_it_is(terminal):
    terminal.type("h1 bash --norc\n")
    terminal.expect(r"bash-[\d.]+# ")
    terminal.type("hostname; echo done\n")
    terminal.expect("h1\r\ndone\r\n.*# ")
    terminal.type("exit\n")
    terminal.expect("flowbed> ")


def test_ctrl_z_stops_and_fg_goes_on(terminal):
    terminal.type("h1 cat\n")
    time.sleep(0.3)
    terminal.type("\x1a")
    terminal.expect("Stopped.*flowbed> ")
    terminal.type("h1 fg\n")
    time.sleep(0.3)
    terminal.type("hello there\n")
    terminal.expect("hello there\r\nhello there")
    terminal.type("\x04")
    terminal.expect("flowbed> ")


def test_tab_completes_commands_and_nodes(terminal):
    terminal.type("pinga\t")
    terminal.expect("pinga.*ll")
    terminal.type("\x03")
    terminal.expect("flowbed> ")
    terminal.type("link s1 h1 d\t\n")
    terminal.expect("own.*flowbed> ")


def test_hanging_up_ends_the_network(flowbed):
    terminal = Terminal(flowbed)
    terminal.expect("flowbed> ")
    os.kill(terminal.pid, signal.SIGHUP)
    os.waitpid(terminal.pid, 0)
    os.close(terminal.fd)
