"""Mininet in namespaces of its own, with the Linux bridge or Open vSwitch's userspace datapath."""
import shutil

from benchlib import openvswitch
from benchlib.namespaces import Namespace
from benchlib.terminal import Terminal

PROMPT = "mininet> "
LINUX_BRIDGE = ["--switch", "lxbr", "--controller", "none"]
OPEN_VSWITCH = ["--switch", "ovsbr,datapath=user", "--controller", "none"]


class Mininet:
    """`mn` on a terminal. Its /tmp is its own: it clears that of files by pattern when something goes wrong."""

    def __init__(self, switch):
        self.switch = switch
        self._daemons = None

    def missing(self):
        if not shutil.which("mn"):
            return "mn is not installed (package mininet)"
        if self.switch is LINUX_BRIDGE:
            return None if shutil.which("brctl") else "brctl is not installed (package bridge-utils)"
        return openvswitch.missing()

    def prepare(self):
        """The namespace and the daemons of Open vSwitch, which mn expects to find: not on mn's clock."""
        self.fabric = Namespace("--net", "--mount")
        self.fabric.run("mount -t tmpfs tmpfs /tmp")
        self.fabric.run("ip link set lo up")
        if self.switch is OPEN_VSWITCH:
            self._daemons = openvswitch.Daemons(self.fabric)

    def start(self, *topology):
        environment = self._daemons.environment if self._daemons else None
        return Terminal(self.fabric.command("mn", *topology, *self.switch), environment)

    def close(self):
        if self._daemons:
            self._daemons.close()
        self._daemons = None
        self.fabric.close()
