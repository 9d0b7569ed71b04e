"""Debian's kernels, fetched by package name into a cache outside the tree.

apt runs on folders of its own below the cache, so that neither root nor a change of the machine's sources is needed; the
mirror is the one that the machine's apt uses already.
"""
import os
import pathlib
import re
import shutil
import subprocess

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "flowbed-vm"
SUITES = {"stock": "bookworm", "backports": "bookworm-backports"}


class Unavailable(Exception):
    """This machine cannot run the rig; the message says why, in one line."""


class Kernel:
    """An unpacked linux-image package."""

    def __init__(self, folder):
        self.folder = folder
        self.image = next((folder / "boot").glob("vmlinuz-*"))
        self.version = self.image.name.removeprefix("vmlinuz-")
        self.modules = folder / "lib" / "modules" / self.version

    def closure(self, modules):
        """Files of `modules` and of all that they need, in the order to load them."""
        wanted = subprocess.run(["modprobe", "-d", self.folder, "-S", self.version, "--show-depends", "-a", *modules],
                                check=True, capture_output=True, text=True).stdout
        return list(dict.fromkeys(pathlib.Path(line.split()[1]) for line in wanted.splitlines() if line.startswith("insmod ")))


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(f"{command[0]} failed: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    return done.stdout


def mirror():
    sites = run("apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages", "Codename: bookworm").split()
    if not sites:
        raise Unavailable("apt has no package lists of Debian 12; run apt-get update first")
    return sites[0]


def apt_options(suite):
    """apt on folders of its own, which know one suite only."""
    state = CACHE / "apt" / suite
    for folder in ("lists/partial", "archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    (state / "sources.list").write_text(f"deb {mirror()} {SUITES[suite]} main\n")
    return [f"-oDir::State={state}", f"-oDir::State::Lists={state}/lists", f"-oDir::State::status={state}/status",
            f"-oDir::Cache={state}", f"-oDir::Etc::sourcelist={state}/sources.list", "-oDir::Etc::sourceparts=/dev/null",
            "-oAPT::Sandbox::User="]


def download(suite):
    """Unpacks the suite's newest kernel into the cache; returns its folder."""
    options = apt_options(suite)
    run("apt-get", *options, "-q", "update")
    described = run("apt-cache", *options, "depends", "linux-image-amd64")
    package = re.search(r"Depends: (linux-image-\d\S+)", described).group(1)
    folder, unpacking = CACHE / suite, CACHE / f"{suite}.{os.getpid()}"
    subprocess.run(["apt-get", *options, "-q", "download", package], cwd=CACHE / "apt" / suite, check=True, capture_output=True)
    archive = next((CACHE / "apt" / suite).glob("linux-image-*.deb"))
    run("dpkg-deb", "-x", archive, unpacking)
    archive.unlink()
    if not (unpacking / "lib" / "modules").exists():  # packages for a merged /usr
        (unpacking / "lib").mkdir(exist_ok=True)
        (unpacking / "usr" / "lib" / "modules").rename(unpacking / "lib" / "modules")
    run("depmod", "-b", unpacking, next((unpacking / "lib" / "modules").iterdir()).name)
    shutil.rmtree(folder, ignore_errors=True)
    unpacking.rename(folder)
    return folder


def kernel(suite):
    """The kernel of `suite` ("stock" or "backports"), from the cache or the mirror."""
    folder = CACHE / suite
    if not (folder / "boot").exists():
        try:
            folder = download(suite)
        except (OSError, subprocess.CalledProcessError, StopIteration) as fault:
            raise Unavailable(f"the {suite} kernel cannot be fetched: {fault}") from fault
    return Kernel(folder)
