"""A program on a terminal of its own, watched as a person would: when does the prompt come?"""
import os
import pty
import select
import subprocess
import time


class Terminal:
    def __init__(self, command, environment=None):
        self.started = time.monotonic()
        own, its = pty.openpty()
        self._process = subprocess.Popen(command, stdin=its, stdout=its, stderr=its, start_new_session=True, env=environment)
        os.close(its)
        self._own, self._seen = own, b""

    def wait_for(self, text, timeout=300):
        """Seconds from the last action until `text` has appeared. What came before it is forgotten."""
        while text.encode() not in self._seen:
            if not select.select([self._own], [], [], timeout)[0]:
                raise TimeoutError(f"no {text!r} in {self._seen[-300:]!r}")
            self._read(text)
        self._seen = self._seen.partition(text.encode())[2]
        return time.monotonic() - self.started

    def _read(self, text):
        try:
            self._seen += os.read(self._own, 65536)
        except OSError as error:  # EIO: nobody has the other end open any more
            raise RuntimeError(f"ended before {text!r}: {self._seen[-300:]!r}") from error

    def type(self, line):
        self.started = time.monotonic()
        os.write(self._own, line.encode() + b"\r")

    def leave(self, timeout=300):
        """Types `exit`; seconds until the program has ended."""
        self.type("exit")
        try:
            while os.read(self._own, 65536):
                pass
        except OSError:
            pass
        self._process.wait(timeout)
        return time.monotonic() - self.started

    def close(self):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._own)
