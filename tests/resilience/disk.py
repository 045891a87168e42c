"""A file system of its own for the broker's log, which can be made full: only root can mount one."""

import os
import subprocess
from pathlib import Path

ROOM = "2g"


class Disk:
    """In memory, and only what is used of it counts. For anybody but root it is a plain folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mounted = False

    def mount(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            given = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "cispd-resilience", str(self.folder)]
            self.mounted = subprocess.run(given, capture_output=True).returncode == 0

    def unmount(self) -> None:
        if self.mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)
            self.mounted = False

    def fill(self) -> None:
        """Leaves not one block: the file system shrinks to what is used."""
        used = os.statvfs(self.folder)
        self._resize(str((used.f_blocks - used.f_bfree) * used.f_frsize))

    def empty(self) -> None:
        self._resize(ROOM)

    def _resize(self, size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", str(self.folder)], check=True, capture_output=True)
