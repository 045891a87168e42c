"""The clock of the local stack: an offset in a file, which every process reads."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class LocalClock:
    """Moves every process of a stack at once, forward or back."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._write(0.0)

    def now(self) -> datetime:
        """What the processes take for the present, aware, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def move_to(self, moment: datetime) -> None:
        """From now on it is `moment` (aware), and time flows on from there."""
        self._write((moment - datetime.now(UTC)).total_seconds())

    def _write(self, offset: float) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{offset:.6f}")  # in microseconds: rounded, it could be a moment before `move_to`
        fresh.replace(self.file)  # at once: no reader sees half a number
        self.offset = offset
