"""Taking up what was put aside: tried again through the same code as ever, in order, or discarded for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.chassis import outbox
from services.chassis.clock import Clock
from services.chassis.consumer.applying import Applied, Applying, keys_of
from services.chassis.consumer.decoding import Incoming, decode
from services.chassis.consumer.seen import Known, look_up, remember
from services.chassis.database import Connection, Database
from services.chassis.errors import NotFound, Refusal
from services.chassis.parking.reading import HEADS
from services.chassis.parking.store import Parking, record_of
from services.chassis.subscriptions import Subscriptions

AT_ONCE = 200

# The position's row lock: the consumer moves it first in each batch, so neither works on the key while the other does.
LOCK = "select 1 from consumer_position where consumer = $1 and topic = $2 and partition = $3 for update"

OF_KEY = """
from parked_record where consumer = $1 and topic = $2 and state = 'parked'
    and (case when $3::bytea is null then id = $4 else key = $3 end)
"""

QUEUE = f'select * {OF_KEY} order by "offset" limit {AT_ONCE}'

WAITING = f"select count(*) {OF_KEY}"

HEAD = f"select *, ({HEADS}) as head from parked_record as parked where id = $1"  # noqa: S608

ALL_HEADS = f"""
select * from parked_record as parked
where ({HEADS}) and ($1::text is null or reason = $1) and ($2::text is null or topic = $2) order by id
"""  # noqa: S608

SETTLE = """
update parked_record set state = $2, settled_at = $3, settled_by = $4, settled_why = settled.why,
    attempts = attempts + case $2 when 'applied' then 1 else 0 end
from unnest($1::bigint[], $5::text[]) as settled (parked_id, why) where id = settled.parked_id
"""

FAILED = """
update parked_record set attempts = attempts + 1, attempted_at = $2, reason = $3, detail = $4, stack = $5 where id = $1
"""


class BehindAnother(Refusal):
    """Only the first record of a key can be taken up: the others wait for it."""

    sentence = "Un enregistrement antérieur de la même clé attend encore : traitez-le d'abord."


class AlreadySettled(Refusal):
    sentence = "Cet enregistrement a déjà été appliqué ou écarté."


class ReasonMissing(Refusal):
    status = 422
    default_field = "reason"
    sentence = "Écrivez le motif : il reste dans l'historique."


@dataclass(frozen=True)
class Mended:
    """How many records were applied (or turned out to concern nobody), and how many still wait of the keys tried."""

    applied: int = 0
    waiting: int = 0

    def __add__(self, other: Mended) -> Mended:
        return Mended(self.applied + other.applied, self.waiting + other.waiting)


@dataclass(frozen=True, kw_only=True)
class Mending:
    """The operator's hand on the parked records of one service. `by` is who acts, kept with each decision."""

    database: Database
    clock: Clock
    settings: Any
    subscriptions: Subscriptions
    consumer: str
    by: str

    async def retry(self, parked_id: int) -> Mended:
        """Tries a record and its followers again, in order, until one fails. Raises NotFound, BehindAnother."""
        head = await self._head(parked_id)
        return await self._retry_key(head)

    async def retry_all(self, *, reason: str | None = None, topic: str | None = None) -> Mended:
        """Tries every key again whose first record has that reason and topic."""
        total = Mended()
        async with self.database.read() as tx:
            heads = await tx.fetch(ALL_HEADS, reason, topic)
        for head in heads:
            total += await self._retry_key(head)
        return total

    async def discard(self, parked_id: int, reason: str) -> Mended:
        """Gives a record up for good, with the reason, and tries its followers.

        Raises NotFound, BehindAnother, AlreadySettled, ReasonMissing.
        """
        if not reason.strip():
            raise ReasonMissing
        head = await self._head(parked_id)
        async with self.database.transaction() as tx:
            await tx.fetch(LOCK, self.consumer, head["topic"], head["partition"])
            await self._settle(tx, [parked_id], "discarded", [reason.strip()])
        return await self._retry_key(head) if head["key"] is not None else Mended()

    async def _head(self, parked_id: int) -> Any:
        async with self.database.read() as tx:
            row = await tx.fetchrow(HEAD, parked_id)
        if row is None:
            raise NotFound
        if row["state"] != "parked":
            raise AlreadySettled
        if not row["head"]:
            raise BehindAnother
        return row

    async def _retry_key(self, head: Any) -> Mended:
        total = Mended()
        while True:
            tried = await self._retry_some(head)
            total = Mended(total.applied + tried.applied, tried.waiting)
            if tried.waiting == 0 or tried.applied < AT_ONCE:
                return total

    async def _retry_some(self, head: Any) -> Mended:
        async with self.database.transaction() as tx:
            await tx.fetch(LOCK, self.consumer, head["topic"], head["partition"])
            place = (self.consumer, head["topic"], head["key"], head["id"])
            rows = await tx.fetch(QUEUE, *place)
            batch = {id(each): (row["id"], each) for row in rows for each in [self._decode(row)]}
            result = await self._apply(tx, [each for _, each in batch.values()])
            done = [(each, "applied") for each in result.applied] + result.skipped
            ids = [batch[id(each)][0] for each, _ in done]
            await self._settle(tx, ids, "applied", [why for _, why in done])
            if result.parked:
                await self._failed(tx, batch[id(result.parked[0].incoming)][0], result.parked[0])
            waiting: int = await tx.fetchval(WAITING, *place)
        if result.appended:
            outbox.wake(self.database)
        return Mended(len(ids), waiting)

    def _decode(self, row: Any) -> Incoming:
        return decode(record_of(row), self.subscriptions.event_types)

    async def _apply(self, tx: Connection, batch: Sequence[Incoming]) -> Applied:
        sequences = (await look_up(tx, self.consumer, keys_of(batch))).sequences
        now = self.clock.now()
        applying = Applying(tx, self.consumer, self.subscriptions, self.settings, now, Known(sequences, set()))
        result = await applying.apply(batch)
        await remember(tx, self.consumer, result.applied)
        return result

    async def _settle(self, tx: Connection, ids: list[int], state: str, why: list[str]) -> None:
        await tx.execute(SETTLE, ids, state, self.clock.now(), self.by, why)

    async def _failed(self, tx: Connection, parked_id: int, parked: Parking) -> None:
        fault = parked.fault
        await tx.execute(FAILED, parked_id, self.clock.now(), fault.reason, fault.detail, fault.stack)
