"""A throw-away machine: one command on a kernel of our choice, with the host's files, unconnected to anything."""
import contextlib
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

from .initramfs import initramfs
from .packages import Unavailable

# The second script of the machine's start, in the full root. A reboot, unlike a power-off, cannot hang on a driver.
START = """
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C.UTF-8 FLOWBED_VM=1
mkdir -p /dev/pts /dev/shm /run/lock
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ln -sf /proc/self/fd /dev/fd
for n in 0:in 1:out 2:err; do ln -sf /proc/self/fd/${{n%:*}} /dev/std${{n#*:}}; done
mkdir -p /lib/modules/{version} && mount --bind {modules} /lib/modules/{version}
mkdir -p /run/rig/out
hostname rig
ip link set lo up
cd {directory}
setsid bash /run/rig/command </dev/null >/dev/vport0p1 2>&1
echo $? >/run/rig/status
echo b >/proc/sysrq-trigger
sleep 1000
"""


class Machine:
    """`command` runs as root, in the caller's directory; what it writes is lost, except in /run/rig/out."""

    def __init__(self, kernel, command, *, memory=2048, timeout=600, out=None):
        self.kernel, self.command, self.memory, self.timeout, self.out = kernel, command, memory, timeout, out

    def run(self, output):
        """Copies what the command prints to the file `output`; returns its exit status."""
        with tempfile.TemporaryDirectory() as folder:
            share = pathlib.Path(folder)
            self.write_share(share)
            status = self.boot(share, output)
            if self.out is not None and (share / "out").exists():
                subprocess.run(["cp", "-a", f"{share}/out/.", self.out], check=True)
            if (share / "status").exists():
                return int((share / "status").read_text())
            console = share / "console"
            if not console.exists():
                raise Unavailable(f"QEMU does not start here ({status})")
            print(f"vm: the machine ended before its command did ({status}):\n{console.read_text(errors='replace')[-2000:]}",
                  file=sys.stderr)
            return 1

    def write_share(self, share):
        (share / "start").write_text(START.format(version=self.kernel.version, modules=self.kernel.modules,
                                                  directory=shlex.quote(os.getcwd())))
        (share / "command").write_text(self.command + "\n")

    def boot(self, share, output):
        process = subprocess.Popen(self.qemu(share), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        try:
            return f"QEMU returned {process.wait(self.timeout)}"
        except subprocess.TimeoutExpired:
            return f"after {self.timeout} s"
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()

    # One processor: with more, QEMU 10's emulation has died now and then.
    def qemu(self, share):
        files = "local,security_model=none,multidevs=remap"
        return ["qemu-system-x86_64", "-machine", "q35", *accelerator(), "-smp", "1", "-m", str(self.memory),
                "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-monitor", "none", "-nic", "none",
                "-chardev", f"file,id=console,path={share}/console", "-serial", "chardev:console",
                "-chardev", "file,id=output,path=/dev/stdout", "-device", "virtio-serial-pci",
                "-device", "virtserialport,nr=1,chardev=output",
                "-fsdev", f"{files},id=root,path=/,readonly=on", "-device", "virtio-9p-pci,fsdev=root,mount_tag=root",
                "-fsdev", f"{files},id=rig,path={share}", "-device", "virtio-9p-pci,fsdev=rig,mount_tag=rig",
                "-object", "rng-random,id=random,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=random",
                "-kernel", str(self.kernel.image), "-initrd", str(initramfs(self.kernel)),
                "-append", "console=ttyS0 quiet panic=-1 random.trust_cpu=on mitigations=off"]


def accelerator():
    """KVM where the variable FLOWBED_VM_KVM asks for it (it is there on many machines where it then fails), else emulation."""
    if os.environ.get("FLOWBED_VM_KVM"):
        return ["-accel", "kvm", "-cpu", "host"]
    return ["-accel", "tcg,thread=single,tb-size=512", "-cpu", "max"]
