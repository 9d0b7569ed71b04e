"""System tests: the built programs on the running kernel, as root and as an ordinary user.

Each test that takes `flowbed` runs once per identity: root, an ordinary user with a single id, and one with a range of
subordinate ids. The programs are copied to a folder that an ordinary user can
reach, so that a checkout below somebody's home works too.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

BIN = pathlib.Path(os.environ.get("FLOWBED_BUILD_BIN", pathlib.Path(__file__).parents[2] / "build" / "bin"))
ORDINARY_USER = 54321  # belongs to nobody: no name, no subordinate ids

# An emulated machine (tests/vm) is this much slower; only bounds on waiting grow by it.
SLOWNESS = 15 if os.environ.get("FLOWBED_VM") else 1

BECOME_ORDINARY = ["setpriv", f"--reuid={ORDINARY_USER}", f"--regid={ORDINARY_USER}", "--clear-groups"]
if os.geteuid() != 0:
    BECOME_ORDINARY = []

# The same user with a name and subordinate ids, in /etc files that only a mount namespace of the test's own shows.
WITH_RANGE = ["unshare", "--mount", "sh", "-c", """
for file in passwd subuid subgid; do
  cat /etc/$file "$1/$file" > "$1/all-$file" && mount --bind "$1/all-$file" /etc/$file || exit 125
done
shift; exec "$@\"""", "sh"]
RANGE_FILES = {"passwd": f"flowbed-test:x:{ORDINARY_USER}:{ORDINARY_USER}::/:/bin/sh\n",
               "subuid": f"{ORDINARY_USER}:2000000:65536\n", "subgid": f"{ORDINARY_USER}:2000000:65536\n"}


class Flowbed:
    """Runs the programs as one identity, with a runtime directory of its own."""

    def __init__(self, folder, identity):
        self.folder = pathlib.Path(folder)
        self.identity = identity
        self.extra_environment = {}
        self.prefix = []  # a command that runs what follows it, as root where the tests do
        self.runtime = self.folder / "run"
        self.runtime.mkdir()
        self.work = self.folder / "work"
        self.work.mkdir()
        if identity != "root" and os.geteuid() == 0:
            for path in (self.folder, self.runtime, self.work):
                os.chown(path, ORDINARY_USER, ORDINARY_USER)
        if identity == "range":
            for name, line in RANGE_FILES.items():
                (self.folder / name).write_text(line)

    @property
    def environment(self):
        return {**os.environ, "XDG_RUNTIME_DIR": str(self.runtime), "HOME": str(self.work), "LC_ALL": "C.UTF-8",
                **self.extra_environment}

    def command(self, *arguments):
        become = {"root": [], "user": BECOME_ORDINARY, "range": [*WITH_RANGE, str(self.folder), *BECOME_ORDINARY]}
        return [*self.prefix, *become[self.identity], str(self.folder / "bin" / "flowbed"), *arguments]

    def run(self, *arguments, stdin="", timeout=120 * SLOWNESS, check=True):
        """stdout and stderr as text; fails the test on a wrong exit status unless `check` is off."""
        done = subprocess.run(self.command(*arguments), input=stdin, capture_output=True, text=True, timeout=timeout,
                              env=self.environment, cwd=self.work)
        if check:
            assert done.returncode == 0, f"{arguments}: status {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def shell(self, script, *arguments, **options):
        return self.run(*arguments, stdin=script, **options)

    def start(self, *arguments, **options):
        return subprocess.Popen(self.command(*arguments), env=self.environment, cwd=self.work, text=True, **options)


def answers(out):
    """The JSON answers in the output, in their order."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while (at := out.find("\n{", at)) >= 0:
        value, end = decoder.raw_decode(out, at + 1)
        found.append(value)
        at = end
    return found


def processes_using(folder):
    """Ids of the processes whose program lies in `folder`."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.readlink(entry / "exe").startswith(str(folder)):
                    found.append(int(entry.name))
            except OSError:
                pass
    return found


def wait_until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds * SLOWNESS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def user_namespaces_work():
    return subprocess.run([*BECOME_ORDINARY, "unshare", "-Urn", "true"], stderr=subprocess.DEVNULL).returncode == 0


IDENTITIES = os.environ["FLOWBED_IDENTITIES"].split(",") if os.environ.get("FLOWBED_IDENTITIES") else ["root", "user", "range"]
if os.geteuid() != 0:
    IDENTITIES = ["user"]


def folder_for_all(prefix):
    """A new one that ordinary users see too; its path is short, for sockets' names are."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def programs():
    folder = folder_for_all("flowbed-programs-")
    shutil.copytree(BIN, folder, dirs_exist_ok=True)
    yield folder
    shutil.rmtree(folder)


def pytest_configure(config):
    config.addinivalue_line("markers", "every_kernel: of those that run on each kernel of tests/vm each time")


def link_tree(source, target):
    """Hard links, so that each test's processes are known by their path."""
    target.mkdir(mode=0o755)
    for program in source.iterdir():
        os.link(program, target / program.name)


@pytest.fixture(params=IDENTITIES)
def flowbed(request, programs):
    if request.param != "root" and not user_namespaces_work():
        pytest.skip("an ordinary user may not make user namespaces here")
    folder = folder_for_all("flowbed-system-")
    try:
        link_tree(programs, folder / "bin")
        yield Flowbed(folder, request.param)
        left = processes_using(folder / "bin")
        assert wait_until(lambda: not processes_using(folder / "bin"), 2), f"processes left: {left}"
        assert not list((folder / "run").rglob("*.sock")), "control sockets left"
    finally:
        for left in processes_using(folder / "bin"):  # a failed test's own
            os.kill(left, signal.SIGKILL)
        shutil.rmtree(folder)
