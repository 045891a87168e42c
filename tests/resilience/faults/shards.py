"""The number of relays' shards: told to them one after the other, or while a shard is behind the others."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any, ClassVar

import asyncpg

from tests.resilience.faults import Possible
from tests.resilience.system import System
from tests.support.eventually import eventually

LOCK = "select pg_advisory_lock(hashtext('relay ' || current_schema()), $1)"
LEADER_ENDED = """
select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and objsubid = 2
    and objid = $1 and pid <> pg_backend_pid()
"""
# Facts of a shard that it has not published, and that are behind the cursor of another.
BEHIND = """
select count(*) from outbox_cursor as behind, outbox_cursor as ahead, outbox
where behind.shard = $1 and ahead.shard <> $1 and key_hash % behind.shards = $1
    and pg_visible_in_snapshot(xid, ahead.seen) and not pg_visible_in_snapshot(xid, behind.seen)
"""
ENOUGH = 10


@dataclass
class ShardsChange(Possible):
    """One relay after the other is told another number of shards: for `between` seconds both numbers are at work."""

    seconds: float = 0.0
    between: float = 2.0
    touches: ClassVar[str] = "relay"

    def __str__(self) -> str:
        return "number of shards changes, one relay after the other"

    async def inject(self, system: System, dice: random.Random) -> None:
        system.shards = _another(system, dice)
        for place, relay in enumerate(system.of("relay")):
            await asyncio.sleep(self.between if place else 0)
            await asyncio.to_thread(relay.leave)
            relay.tell(**_told(system))
            await relay.start()

    async def heal(self, system: System) -> None:
        for relay in system.of("relay"):
            if not relay.child.running:
                await relay.start()


@dataclass
class ShardsChangeWhileOneIsBehind(Possible):
    """Nobody can lead one of two shards, while the other goes on; then the number of shards changes."""

    seconds: float = 0.0
    touches: ClassVar[str] = "relay"
    session: Any = field(default=None, init=False)

    def __str__(self) -> str:
        return "number of shards changes while one of them is behind"

    async def inject(self, system: System, dice: random.Random) -> None:
        await shared_by(system, 2)
        shard = dice.randrange(2)
        self.session = await system.connect()
        await _take_lock(self.session, system, shard)
        await eventually(lambda: _is_behind(system, shard))
        await _share_by(system, _another(system, dice))

    async def heal(self, system: System) -> None:
        if self.session is not None:
            self.session.terminate()


async def _take_lock(session: asyncpg.Connection, system: System, shard: int) -> None:
    """Takes the lock of the shard away from the relay that leads it."""
    waiting = asyncio.ensure_future(session.execute(LOCK, shard))

    async def taken() -> bool:
        await system.fetch(LEADER_ENDED, shard)
        return waiting.done()

    await eventually(taken)
    await waiting


async def _is_behind(system: System, shard: int) -> bool:
    return bool((await system.fetch(BEHIND, shard))[0][0] >= ENOUGH)


async def shared_by(system: System, shards: int) -> None:
    """Relays share the keys in so many shards; 0 leaves it as it is."""
    if shards not in (0, system.shards):
        await _share_by(system, shards)
        await eventually(lambda: _all_led(system), within=60)


async def _share_by(system: System, shards: int) -> None:
    """All relays end, and start again with so many shards."""
    system.shards = shards
    relays = system.of("relay")
    await asyncio.gather(*(asyncio.to_thread(relay.leave) for relay in relays))
    for relay in relays:
        relay.tell(**_told(system))
        relay.launch()
    await asyncio.gather(*(relay.ready() for relay in relays))


def _told(system: System) -> dict[str, str]:
    return {"CISPD_RELAY_SHARDS": str(system.shards)}


def _another(system: System, dice: random.Random) -> int:
    return dice.choice([number for number in (1, 2, 3) if number != system.shards])


async def _all_led(system: System) -> bool:
    led = [shard for relay in system.of("relay") for shard in await relay.led()]
    return sorted(led) == list(range(system.shards))
