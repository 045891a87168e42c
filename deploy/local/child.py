"""One process of the local stack: in a group of its own, written to a log file, gone when its parent is gone."""

import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


class NotReady(RuntimeError):
    """A process ended, or stayed silent for too long, before it was ready."""


def as_user(name: str | None) -> dict[str, Any]:
    """Arguments of subprocess that give up root for the user `name`; none for None."""
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []} if name else {}


def _die_with_parent(with_signal: int) -> Callable[[], None]:
    """The kernel sends `with_signal` when the parent is gone, even by SIGKILL. Linux only; elsewhere nothing."""
    libc = ctypes.CDLL(None, use_errno=True)

    def ask() -> None:
        if hasattr(libc, "prctl"):
            libc.prctl(PR_SET_PDEATHSIG, with_signal, 0, 0, 0)

    return ask


@dataclass
class Child:
    """A command to run. `stop_signal` asks it to end; after `grace` seconds its whole group is killed."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: int = signal.SIGTERM
    grace: float = 10
    user: str | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it; what it prints is appended to the log.

        Call it from the main thread: the kernel takes the end of the calling thread for the end of the parent.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                list(self.command),
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent(self.stop_signal),
                **as_user(self.user),
            )

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def wait_until(self, ready: Callable[[], bool], within: float = 60) -> None:
        """Returns once `ready()` holds. Raises NotReady with the end of the log when the process ends or time is up."""
        deadline = time.monotonic() + within
        while not ready():
            if not self.running:
                raise NotReady(f"{self.name} ended before it was ready:\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise NotReady(f"{self.name} was not ready after {within:.0f} s:\n{self.last_words()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends the process and everything it started. Safe to call twice."""
        if self.process is None:
            return
        if self.running:
            self.process.send_signal(self.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(self.grace)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to the whole group, at once."""
        if self.process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def last_words(self, lines: int = 25) -> str:
        """The end of the log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
