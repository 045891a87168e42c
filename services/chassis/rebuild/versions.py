"""The versions of keys in a rebuild: nearly all are of keys never seen, and copied in rather than looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asyncpg import UniqueViolationError

from services.chassis.consumer.decoding import Incoming, Key
from services.chassis.consumer.seen import remember
from services.chassis.database import Connection

COLUMNS = ("consumer", "topic", "key", "sequence")
BIGINT = 2**63


@dataclass(frozen=True)
class Versions:
    """`begun` are the keys whose first version is in the batch, and which are therefore taken for new.

    Only taken for it: where one was seen after all (a record twice in the topic) all are looked up, as ever.
    """

    begun: frozenset[Key]

    @classmethod
    def of(cls, batch: Iterable[Incoming]) -> Versions:
        return cls(frozenset(each.key for each in batch if each.key and each.envelope and each.envelope.sequence == 1))

    async def remember(self, tx: Connection, consumer: str, newest: Mapping[Key, int]) -> dict[Key, int]:
        """Does and answers what the live consumer's does."""
        # What does not fit is left to the one who says so of a record.
        new = {key: version for key, version in newest.items() if key in self.begun and version < BIGINT}
        if not (new and await _copied(tx, consumer, new)):
            return await remember(tx, consumer, newest)
        others = {key: version for key, version in newest.items() if key not in new}
        known = await remember(tx, consumer, others) if others else {}
        return {**dict.fromkeys(new, 0), **known}


async def _copied(tx: Connection, consumer: str, new: Mapping[Key, int]) -> bool:
    """False, and nothing is written, where one of the keys was seen before."""
    rows = [(consumer, topic, key, new[topic, key]) for topic, key in sorted(new)]
    try:
        async with tx.transaction():
            await tx.copy_records_to_table("consumer_seen", records=rows, columns=COLUMNS)
    except UniqueViolationError:
        return False
    return True
