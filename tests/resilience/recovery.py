"""How the system comes back: what the harness waits for, with a deadline and the name of the log to read."""

import time
from dataclasses import dataclass
from typing import Any

import asyncpg

from tests.resilience.facts import ACCOUNTS
from tests.resilience.journal import is_free
from tests.resilience.system import System
from tests.support.eventually import eventually

WITHIN = 180.0

APPLIED = "select coalesce(max(id), 0) from applied"
STANDS = f"""
select account.id::text, account.version, coalesce(holding.count, 0) + (
    select count(*) from parked_record where consumer = 'ledger' and topic = '{ACCOUNTS}' and state = 'parked'
        and key = convert_to(account.id::text, 'UTF8')) as dealt
from account left join holding on holding.topic = '{ACCOUNTS}' and holding.key = account.id
"""
LEFT = """
select (select count(*) from timer) + (select count(*) from outbox_held) + (
    select coalesce(sum(version), 0) from acknowledging) - (
    select coalesce(sum(count), 0) from holding where topic = 'resilience.acknowledgements') + (
    select count(*) from reminded) - (select count(*) from holding where topic = 'resilience.reminders')
"""


class Stuck(AssertionError):
    """What was waited for did not come: something is lost, or stopped for good."""


class Fallen(Exception):
    """A process ended although nobody told it to."""


@dataclass(frozen=True)
class Recovery:
    """Seconds from the end of the fault to the first fact applied, and until everything of before it was."""

    first: float
    caught_up: float


async def recovered(system: System, before: int) -> Recovery:
    """Waits until facts are applied again and those of before are caught up. `before` is `last_applied` at the heal."""
    began = time.monotonic()
    wanted = {row["id"]: row["version"] for row in await _patiently(system, STANDS)}
    await moved(system, before)
    first = time.monotonic() - began
    await _within(system, "facts of before the fault are not applied", lambda: _caught_up(system, wanted))
    return Recovery(first, time.monotonic() - began)


async def last_applied(system: System) -> int:
    """Where the log of applications ends."""
    return (await _patiently(system, APPLIED))[0][0]


async def settled(system: System) -> None:
    """Stops the load and waits until everything committed is dealt with, every timer fired, every answer applied."""
    await paused(system)
    await _within(system, "writers still ask", lambda: not system.story.open)
    wanted = {row["id"]: row["version"] for row in await _patiently(system, STANDS)}
    await _within(system, "committed facts are not applied", lambda: _caught_up(system, wanted))
    await _within(system, "timers, answers or reminders are outstanding", lambda: _nothing_left(system))


async def paused(system: System) -> None:
    """Stops the load: what is asked from then on is in the journals."""
    system.pause_file.touch()
    await _within(system, "a writer has not looked at the pause", lambda: all(map(is_free, system.journals)))


def resume(system: System) -> None:
    """Lets writers write again."""
    system.pause_file.unlink(missing_ok=True)


async def moved(system: System, before: int) -> None:
    """Waits until more facts are applied than `before` (a `last_applied`)."""

    async def more() -> bool:
        return bool((await system.fetch(APPLIED))[0][0] > before)

    await _within(system, "no fact is applied any more", more)


async def _caught_up(system: System, wanted: dict[str, int]) -> bool:
    stands = {row["id"]: row["dealt"] for row in await system.fetch(STANDS)}
    behind = [key for key, version in wanted.items() if stands.get(key, 0) < version]
    assert not behind, f"{len(behind)} keys are behind, among them {sorted(behind)[:3]}"
    return True


async def _nothing_left(system: System) -> bool:
    left = (await system.fetch(LEFT))[0][0]
    assert left == 0, f"{left} left"
    return True


async def _patiently(system: System, query: str) -> Any:
    """What the database answers once it answers."""
    found: list[Any] = []

    async def ask() -> bool:
        found[:] = await system.fetch(query)
        return True

    await _within(system, "the database does not answer", ask)
    return found


async def _within(system: System, complaint: str, probe: Any) -> None:
    async def asked() -> bool:
        if fallen := system.fallen():
            raise Fallen(system.words(f"{fallen[0].name} ended by itself"))
        try:
            answer = probe()
            return bool(await answer if hasattr(answer, "__await__") else answer)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
            raise AssertionError(f"{type(fault).__name__}: {fault}") from fault

    try:
        await eventually(asked, within=WITHIN, every=0.1)
    except AssertionError as last:
        raise Stuck(system.words(f"{complaint} after {WITHIN:.0f} s: {last}")) from None
