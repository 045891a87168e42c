"""What the consumer does with the facts: one handler per event, one that answers with a fact, one for batches."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.chassis.act import Act
from services.chassis.decisions import Aggregate, Decision
from services.chassis.subscriptions import Fact, Subscriptions
from services.chassis.timers import Timer, Timers
from tests.resilience.accounts import REMIND
from tests.resilience.facts import ACCOUNTS, ACKNOWLEDGEMENTS, Acknowledged, Deposited, Reminded, Withdrawn, topic_name

SUBSCRIPTIONS = Subscriptions()
TIMERS = Timers()

HELD = "select count, total, digest from holding where topic = $1 and key = $2"
HOLD = """
insert into holding (topic, key, count, total, digest) values ($1, $2, $3, $4, $5)
on conflict (topic, key) do update set count = excluded.count, total = excluded.total, digest = excluded.digest
"""
LOG = "insert into applied (topic, key, sequence, event_id) values ($1, $2, $3, $4)"


class StillPoisoned(Exception):
    """What the handler says of a record until its cause is mended."""


@SUBSCRIPTIONS.on(Deposited)
async def on_deposited(event: Deposited, act: Act) -> None:
    if event.poison and not await act.tx.fetchval("select true from mended where command_id = $1", event.command_id):
        raise StillPoisoned
    await _hold(act, ACCOUNTS, event.account_id, event.amount, act.cause.id, act.cause.sequence)


@SUBSCRIPTIONS.on(Withdrawn)
async def on_withdrawn(event: Withdrawn, act: Act) -> Decision["Acknowledging"]:
    await _hold(act, ACCOUNTS, event.account_id, -event.amount, act.cause.id, act.cause.sequence)
    version = await act.tx.fetchval(
        "insert into acknowledging values ($1, 1) "
        "on conflict (account_id) do update set version = acknowledging.version + 1 returning version",
        event.account_id,
    )
    answer = Acknowledged(account_id=event.account_id, of=act.cause.id, amount=event.amount)
    return replace(Acknowledging(id=event.account_id), version=version - 1).after(answer)


@SUBSCRIPTIONS.on_batch(Acknowledged, Reminded)
async def on_answers(facts: Sequence[Fact[Any]], act: Act) -> None:
    for fact in facts:
        name, key = topic_name(type(fact.event)), fact.event.key
        # an acknowledgement is told apart by what it answers, which the writers know; its own id they cannot
        told = fact.event.of if name == ACKNOWLEDGEMENTS else key
        await _hold(act, name, key, getattr(fact.event, "amount", 1), told, fact.cause.sequence)


@TIMERS.on(REMIND)
async def on_remind(timer: Timer, act: Act) -> Decision["Reminder"]:
    await act.tx.execute("insert into reminded (reminder_id) values ($1)", timer.key)
    return Reminder(id=timer.key).after(Reminded(reminder_id=timer.key))


@dataclass(frozen=True, kw_only=True)
class Acknowledging(Aggregate):
    """The answers about one account."""


@dataclass(frozen=True, kw_only=True)
class Reminder(Aggregate):
    """One timer that fired."""


async def _hold(act: Act, topic: str, key: Any, amount: int, told: str, sequence: int) -> None:
    await act.tx.execute(LOG, topic, key, sequence, told)
    held = await act.tx.fetchrow(HELD, topic, key)
    count, total, digest = held if held else (0, 0, b"")
    digest = hashlib.sha256(digest + f"{told}:{amount}".encode()).digest()
    await act.tx.execute(HOLD, topic, key, count + 1, total + amount, digest)
