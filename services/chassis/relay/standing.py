"""Where a shard stands: what of its outbox is on Kafka or held, and how much of that the database knows yet."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from services.chassis.database import Connection
from services.chassis.relay.cursor import NOTHING_SEEN, PAGE_PATIENCE, Cursor, Page, Position, Row
from services.chassis.relay.held import Held

# The cursor is moved off the way of events, this late at most. Whoever dies before publishes so much again.
MOVE_SECONDS = 0.1
MOVE_ROWS = 1_000
# Not much can have come since a page that was read this lately: an answer that takes long is a server that is silent.
LATELY_SECONDS = 5.0


class Standing:
    """The position of a shard, kept on `connection`, which holds the shard's lock and serves one at a time: `turn`.

    `position` is past every row that is acknowledged or held. The cursor in the database follows it, never precedes it.
    """

    def __init__(self, connection: Connection, shards: int, shard: int) -> None:
        self.turn = asyncio.Lock()
        self.held = Held(connection, shards, shard)
        self.position = Position(NOTHING_SEEN)
        self._connection = connection
        self._cursor = Cursor(connection, shards, shard)
        self._unmoved = False
        self._published = 0
        self._due_at = 0.0
        self._read_at = -LATELY_SECONDS

    async def load(self) -> None:
        """Reads all that is known of the shard."""
        self.position = await self._cursor.load()
        await self.held.load()

    async def read(self, position: Position) -> Page:
        """The next rows after `position`. Raises TimeoutError when PostgreSQL is silent."""
        async with self.turn:
            lately = time.monotonic() - self._read_at < LATELY_SECONDS
            page = await self._cursor.read(position, patience=None if lately else PAGE_PATIENCE)
            self._read_at = time.monotonic()
            return page

    async def waiting(self) -> tuple[int, float]:
        """Rows not yet published, and the age in seconds of the oldest."""
        async with self.turn:
            return await self._cursor.waiting(self.position)

    def passed(self, to: Position, published: int) -> None:
        """All rows up to `to` are acknowledged, `published` of them since the last call; the cursor follows later."""
        if not self._unmoved:
            self._due_at = time.monotonic() + MOVE_SECONDS
        self.position = to
        self._published += published
        self._unmoved = True

    async def hold(self, refused: Sequence[tuple[Row, str]], behind: Sequence[Row]) -> None:
        """Puts rows aside and moves the cursor past them, in one transaction; call `passed` before."""
        async with self.turn, self._connection.transaction():
            await self.held.add(refused, behind)
            await self._move()

    async def move(self) -> None:
        """Lets the database know. Raises Resharded when another process runs with another number of shards."""
        if self._unmoved:
            async with self.turn:
                await self._move()

    async def move_if_due(self) -> None:
        if self._published >= MOVE_ROWS or time.monotonic() > self._due_at:
            await self.move()

    @property
    def unmoved(self) -> bool:
        """Whether the database does not know yet."""
        return self._unmoved

    async def _move(self) -> None:
        await self._cursor.advance(self.position, self._published)
        self._unmoved, self._published = False, 0
