"""The bench's own small world: it runs in a network, mount and PID namespace of its own.

Whatever a peer starts by whatever name, kills by name (Mininet's clean-up does) or leaves behind is confined to it,
and the kernel ends all of it with the namespace's first process, which dies with the program that a person started.
"""
import dataclasses
import os
import pathlib
import subprocess
import sys

MARK = "FLOWBED_BENCH_WORLD"


@dataclasses.dataclass
class Setup:
    """What every measurement gets."""
    build: pathlib.Path  # Flowbed's build folder
    work: pathlib.Path   # a temporary folder, gone with the world
    quick: bool

    @property
    def flowbed(self):
        return str(self.build / "bin" / "flowbed")

    def tool(self, name):
        return str(self.build / "tests" / name)

    def rounds(self, full, quick=2):
        return quick if self.quick else full


def inside():
    """The mark alone would not do: an inherited one must never make us mount over the machine's own /run."""
    return MARK in os.environ and os.getppid() == 1


def enter(command):
    """Replaces this process by `command` in a new world. The shell in between is the first process: it reaps."""
    os.environ[MARK] = "1"
    os.execvp("unshare", ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
                          "sh", "-c", '"$@"; exit $?', "world", sys.executable, *command])


def prepare(build, quick):
    """Own /sys and /run, and settings of the whole machine out of reach; the loopback up."""
    for command in ("mount -t sysfs sysfs /sys", "mount -t tmpfs tmpfs /run", "mount --bind /proc/sys/kernel /proc/sys/kernel",
                    "mount -o remount,bind,ro /proc/sys/kernel", "ip link set lo up"):
        subprocess.run(command.split(), check=True)
    work = pathlib.Path("/run/flowbed-bench")
    for folder, variable in (("home", "HOME"), ("runtime", "XDG_RUNTIME_DIR"), ("tmp", "TMPDIR")):
        (work / folder).mkdir(parents=True, mode=0o700)
        os.environ[variable] = str(work / folder)
    os.environ.update(LC_ALL="C.UTF-8", TERM="xterm")
    return Setup(build, work, quick)
