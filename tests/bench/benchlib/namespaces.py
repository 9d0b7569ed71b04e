"""Network namespaces that live as long as a sleeping process, and links between them."""
import os
import subprocess
import time


class Namespace:
    """`flags` are unshare's; without any it joins the namespaces of `process`, to look on and keep them open."""

    def __init__(self, *flags, process=None):
        command = ["unshare", *flags] if process is None else ["nsenter", "--target", str(process), "--net"]
        self._holder = subprocess.Popen([*command, "sleep", "infinity"])
        self.pid = self._holder.pid
        wait_until(lambda: read(f"/proc/{self.pid}/comm") == "sleep\n")

    def command(self, *words):
        return ["nsenter", "--target", str(self.pid), "--net", "--mount", *words]

    def run(self, text):
        """One command line, which must succeed."""
        subprocess.run(self.command(*text.split()), check=True, stdout=subprocess.DEVNULL)

    def interfaces(self):
        return len(read(f"/proc/{self.pid}/net/dev").splitlines()) - 2

    def close(self):
        self._holder.kill()
        self._holder.wait()


def make_link(one, one_name, other, other_name):
    """A veth pair, both ends up."""
    one.run(f"ip link add {one_name} type veth peer name {other_name} netns {other.pid}")
    one.run(f"ip link set {one_name} up")
    other.run(f"ip link set {other_name} up")


def make_host(number):
    """A host's namespace without its link."""
    host = Namespace("--net")
    host.run("ip link set lo up")
    host.number = number
    return host


def give_address(host, interface):
    host.run(f"ip address add 10.0.0.{host.number}/8 dev {interface}")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def wait_until(condition, seconds=10.0):
    """The seconds that it took. Raises TimeoutError."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > seconds:
            raise TimeoutError("waited in vain")
        time.sleep(0.001)
    return time.monotonic() - start


def processes():
    """Ids of the processes in this world."""
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def process_named(name):
    """The one process of this world with that name."""
    for pid in processes():
        try:
            if read(f"/proc/{pid}/comm").strip() == name[:15]:
                return pid
        except OSError:
            pass  # it ended meanwhile
    raise LookupError(f"no process {name}")
