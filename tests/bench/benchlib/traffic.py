"""What goes between two hosts: each function takes a contestant of two_hosts.py and gives figures."""
import json
import subprocess

from benchlib.namespaces import wait_until

PORT = "7000"


def measure(pair, setup):
    """All quantities of a path, in the order in which the tables show them."""
    short = setup.quick
    reach(pair)
    figures = {"tcp": tcp_gigabits(pair, 1 if short else 4)}
    figures |= {f"ping_{key}": value for key, value in ping(pair, setup, 2000 if short else 10000, 0).items()}
    figures |= {f"paced_{key}": value for key, value in ping(pair, setup, 200 if short else 1000, 2000).items()}
    figures["connects"] = connects(pair, setup, 1 if short else 3)
    figures["mpps"] = small_frames(pair, setup, 1 if short else 3)
    return figures


def reach(pair):
    """The first packets: neighbours and switches learn. Until one has come back: ports may need a moment."""
    wait_until(lambda: subprocess.run(pair.near("ping", "-c", "1", "-W", "1", pair.address), check=False,
                                      stdout=subprocess.DEVNULL).returncode == 0)


def tcp_gigabits(pair, seconds):
    """iperf3, one stream; the first half second (slow start) does not count."""
    server = Server(pair.far("iperf3", "--server", "--one-off", "--forceflush"), "Server listening")
    done = subprocess.run(pair.near("iperf3", "--client", pair.address, "--time", str(seconds), "--omit", "0.5", "--json"),
                          capture_output=True, text=True, check=False, timeout=seconds + 20)
    server.end()
    result = json.loads(done.stdout)
    if "error" in result:
        raise RuntimeError(f"iperf3: {result['error']}")
    return result["end"]["sum_received"]["bits_per_second"] / 1e9


def ping(pair, setup, count, interval_us, verb="ping"):
    return output_of(pair.near(setup.tool("nettool"), verb, pair.address, str(count), str(interval_us)))


def connects(pair, setup, seconds):
    server = Server(pair.far(setup.tool("nettool"), "answer", PORT, str(seconds + 1)), "ready")
    result = output_of(pair.near(setup.tool("nettool"), "connect", pair.address, PORT, str(seconds)))
    server.end()
    return result["per_second"]


def small_frames(pair, setup, seconds):
    """Millions of frames a second that arrive while one sender sends as fast as it can."""
    sink = Server(pair.far(setup.tool("nettool"), "sink", PORT, str(seconds)), "ready")
    output_of(pair.near(setup.tool("nettool"), "blast", pair.address, PORT, str(seconds + 1)))
    return json.loads(sink.end())["per_second"] / 1e6


class Server:
    """A command that says when it is ready, and ends by itself."""

    def __init__(self, command, ready):
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self._process.stdout:
            if ready in line:
                return
        raise RuntimeError(f"{command} ended before it was ready")

    def end(self):
        """Waits for it; the rest of its output."""
        output = self._process.stdout.read()  # communicate would miss what was read together with the first line
        self._process.wait()
        return output


def output_of(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return json.loads(done.stdout)
