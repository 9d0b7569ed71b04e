"""The first root of a machine: busybox, the modules that reach the host's files, and a script that goes over to them."""
import gzip
import lzma
import os
import pathlib
import shutil
import subprocess
import tempfile

MODULES = ["virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay"]

# The machine's root is the host's root tree, read-only, under an overlay in memory.
INIT = """#!/busybox sh
b=/busybox
$b mount -t proc proc /proc; $b mount -t devtmpfs dev /dev
while read -r module; do $b insmod /modules/$module; done < /modules/order
share="trans=virtio,version=9p2000.L,msize=512000"
$b mount -t 9p -o ro,cache=loose,$share root /lower &&
$b mount -t tmpfs -o size=75% tmpfs /upper && $b mkdir /upper/files /upper/work &&
$b mount -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work overlay /root || $b reboot -f
for folder in proc sys dev run; do $b mkdir -p /root/$folder; done
$b mount -t proc proc /root/proc; $b mount -t sysfs sysfs /root/sys
$b mount -t devtmpfs dev /root/dev; $b mount -t tmpfs -o mode=755 tmpfs /root/run
$b mkdir /root/run/rig; $b mount -t 9p -o cache=none,$share rig /root/run/rig
$b umount /proc
exec $b switch_root /root /bin/bash /run/rig/start
"""


def unpacked(module):
    data = module.read_bytes()
    return lzma.decompress(data) if module.suffix == ".xz" else data


def write_tree(folder, kernel):
    for name in ("proc", "dev", "lower", "upper", "root", "modules"):
        (folder / name).mkdir()
    shutil.copy(shutil.which("busybox"), folder / "busybox")
    (folder / "init").write_text(INIT)
    (folder / "init").chmod(0o755)
    order = kernel.closure(MODULES)
    for module in order:
        (folder / "modules" / module.stem).write_bytes(unpacked(module))
    (folder / "modules" / "order").write_text("".join(module.stem + "\n" for module in order))


def initramfs(kernel):
    """The path of the initramfs for `kernel`, kept beside it and made anew when this file has changed."""
    path = kernel.folder / "initramfs.gz"
    if path.exists() and path.stat().st_mtime > pathlib.Path(__file__).stat().st_mtime:
        return path
    with tempfile.TemporaryDirectory() as folder:
        write_tree(pathlib.Path(folder), kernel)
        names = "\n".join(str(p.relative_to(folder)) for p in sorted(pathlib.Path(folder).rglob("*")))
        archive = subprocess.run(["busybox", "cpio", "-o", "-H", "newc"], cwd=folder, input=names.encode(), check=True,
                                 capture_output=True).stdout
    making = path.with_suffix(f".{os.getpid()}")
    making.write_bytes(gzip.compress(archive, 1))
    making.rename(path)
    return path
