"""The only place that reads a clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Real time plus an offset.

    The offset is read from `offset_file` (whole or decimal seconds as text) at each call, so that a local stack can
    move every process at once. Without a file there is no offset and no way to set one.
    """

    def __init__(self, offset_file: Path | None = None) -> None:
        self._file = offset_file
        self._stamp = (0, 0)
        self._offset = timedelta()

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC) + self.offset()

    @staticmethod
    def wall() -> datetime:
        """The real moment, for tokens and telemetry, which the local offset must not move."""
        return datetime.now(UTC)

    def offset(self) -> timedelta:
        if self._file is None:
            return self._offset
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return self._offset
        if (found.st_mtime_ns, found.st_ino) != self._stamp:
            self._stamp = (found.st_mtime_ns, found.st_ino)
            self._offset = timedelta(seconds=float(self._file.read_text() or 0))
        return self._offset
