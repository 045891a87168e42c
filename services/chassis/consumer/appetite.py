"""How many records the next batch may have: more while there is a backlog and batches are quick, fewer when slow."""

from __future__ import annotations

FIRST = 500
QUICK_SECONDS, SLOW_SECONDS = 0.25, 2.0


class Appetite:
    """Between 1 and `most`, by the batch before. A slow handler would hold up a drain and a rebalance."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.now = min(FIRST, most)

    def fed(self, records: int, seconds: float) -> None:
        """Told of each batch that was applied, and how long it took."""
        if seconds > SLOW_SECONDS:
            self.now = max(min(records, self.now) // 2, 1)
        elif seconds < QUICK_SECONDS and records >= self.now:
            self.now = min(self.now * 2, self._most)
