"""Pages on their way to Kafka: one is being sent, the next is made ready meanwhile, the one after it is being read."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from services.chassis import messaging_metrics
from services.chassis.bell import Woken
from services.chassis.relay import metrics
from services.chassis.relay.cursor import Page, Row
from services.chassis.relay.publisher import Outcome, Parcel, Publisher
from services.chassis.relay.standing import Standing

_log = structlog.get_logger()

# Rings prolong a round by what they tell of, this long at most: held rows, measuring and pruning wait for its end.
ROUND_SECONDS = 0.2


class Stream:
    """Publishes the pages of one shard in order; a page is sent when the one before it is acknowledged or held."""

    def __init__(self, standing: Standing, publisher: Publisher, woken: Woken, stopping: asyncio.Event) -> None:
        self._standing = standing
        self._publisher = publisher
        self._woken = woken
        self._stopping = stopping
        self._ahead: asyncio.Future[Page] | None = None
        self._since: float | None = None
        self._until = 0.0

    def late(self) -> float | None:
        """For how many seconds Kafka owes us an answer; None when it owes none."""
        return None if self._since is None else time.monotonic() - self._since

    @contextmanager
    def on_its_way(self) -> Iterator[None]:
        """Kafka is asked something in this block."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._since = None

    async def drain(self) -> bool:
        """Publishes what is visible now and was not published yet, and what rings tell of meanwhile.

        False when it was broken off: the process stops.
        """
        self._until = time.monotonic() + ROUND_SECONDS
        try:
            page = await self._standing.read(self._standing.position)
            with self.on_its_way():
                parcel = await self._prepare(page)
            while page.rows and not self._stopping.is_set():
                page, parcel = await self._send(page, parcel)
            if page.rows:
                return False
            self._standing.position = page.then
            return True
        finally:
            if self._ahead is not None:
                self._ahead.cancel()
                self._ahead = None

    async def _send(self, page: Page, parcel: Parcel) -> tuple[Page, Parcel]:
        """Publishes `page`; returns the page after it, made ready, without rows at the end of the round."""
        with self.on_its_way():
            sending = asyncio.ensure_future(self._publisher.publish(parcel))
            try:
                following = await self._meanwhile(page, sending)
                ready = await self._prepare(following)
                outcome = await sending
            finally:
                sending.cancel()
        await self._settle(page, parcel.withheld, outcome)
        if outcome.refused:
            # What was refused stops rows that were made ready in good faith.
            with self.on_its_way():
                ready = await self._prepare(following)
        return following, ready

    async def _meanwhile(self, page: Page, sending: asyncio.Future[Outcome]) -> Page:
        """What follows `page`: the rest of the round, or what rings tell of before `page` is acknowledged."""
        await self._standing.move_if_due()
        if page.more:
            return await self._next(page)
        following = Page([], page.then)
        while not following.rows and await self._rung_before(sending):
            self._woken.clear()
            following = await self._next(following)
        return following

    async def _rung_before(self, sending: asyncio.Future[Outcome]) -> bool:
        if time.monotonic() > self._until:
            return False
        either: set[asyncio.Future[Any]] = {sending, self._woken.heard}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        return not sending.done() and not self._stopping.is_set()

    async def _next(self, page: Page) -> Page:
        """The page after `page`; the one after it is begun to be read."""
        reading, self._ahead = self._ahead, None
        following = await (reading or self._standing.read(page.then))
        if following.more:
            self._ahead = asyncio.ensure_future(self._standing.read(following.then))
        return following

    async def _prepare(self, page: Page) -> Parcel:
        """Call it `on_its_way`: of a topic that is new to the client Kafka is asked how many partitions it has."""
        free, withheld = self._standing.held.split(page.rows)
        parcel = await self._publisher.prepare(free)
        parcel.withheld = withheld
        return parcel

    async def _settle(self, page: Page, withheld: list[Row], outcome: Outcome) -> None:
        behind = [*withheld, *outcome.behind]
        self._standing.passed(page.then, len(page.rows) - len(behind) - len(outcome.refused))
        if behind or outcome.refused:
            await self._standing.hold(outcome.refused, behind)
        _count(page.rows, outcome, {row["id"] for row in behind})

    async def try_held(self) -> None:
        """Publishes held rows whose time has come; between rounds only, or later rows of their keys could overtake."""
        standing = self._standing
        async with standing.turn:
            rows = await standing.held.due()
        if not rows:
            return
        with self.on_its_way():
            outcome = await self._publisher.publish(await self._publisher.prepare(rows))
        kept = {row["id"] for row in outcome.behind} | {row["id"] for row, _ in outcome.refused}
        async with standing.turn:
            await standing.held.settle([row for row in rows if row["id"] not in kept], outcome.refused)
        _count(rows, outcome, {row["id"] for row in outcome.behind})


def _count(rows: list[Row], outcome: Outcome, waiting: set[int]) -> None:
    kept = waiting | {row["id"] for row, _ in outcome.refused}
    metrics.BATCH.observe(len(rows) - len(kept))
    for topic, events in Counter(row["topic"] for row in rows if row["id"] not in kept).items():
        messaging_metrics.sent(topic, events)
    for row, reason in outcome.refused:
        messaging_metrics.sent(row["topic"], 1, reason)
        _log.error("relay.refused", topic=row["topic"], outbox_id=row["id"], reason=reason)
