"""Steady load: some writers in one process, each asking for one thing after the other and noting what came of it."""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import structlog

from services.chassis import outbox
from services.chassis.act import Act
from services.chassis.commands import Commands
from services.chassis.errors import Refusal
from services.chassis.identity import Principal
from services.chassis.running import Running
from tests.resilience.accounts import (
    Deposit,
    Overdrawn,
    Withdraw,
    WithdrawTooMuch,
    deposit,
    withdraw,
    withdraw_too_much,
)
from tests.resilience.journal import Asked, Journal

_log = structlog.get_logger()

WRITER = Principal(subject="writer")
TOWN = UUID("6f9c0a52-6f0b-4a40-9d8e-2f1a3c4b5d6e")
# kind: how often of 1,000. "poison" is a deposit that its consumer refuses, "slow" commits late what it appended early.
KINDS = {"deposit": 638, "withdraw": 240, "remind": 50, "too-much": 40, "rolled-back": 20, "slow": 9, "poison": 3}


@dataclass(frozen=True)
class Load:
    """From the environment: `rate` commands a second of this process, over `accounts` keys, by `writers`."""

    rate: float
    accounts: int
    writers: int
    seed: str
    journal: Path
    pause_file: Path

    @classmethod
    def from_environment(cls) -> "Load":
        given = os.environ
        return cls(
            rate=float(given["RESILIENCE_WRITER_RATE"]),
            accounts=int(given["RESILIENCE_WRITER_ACCOUNTS"]),
            writers=4,
            seed=given["RESILIENCE_WRITER_SEED"],
            journal=Path(given["RESILIENCE_WRITER_JOURNAL"]),
            pause_file=Path(given["RESILIENCE_WRITER_PAUSE"]),
        )


async def run(running: Running) -> None:
    """Writes until `running.stopping`; what was begun before a crash is finished first."""
    load = Load.from_environment()
    journal = Journal(load.journal)
    hand = Hand(running, journal)
    await asyncio.gather(*(hand.perform(asked) for asked in list(journal.open.values())))
    dice = random.Random(load.seed)
    await asyncio.gather(*(_write(running, load, hand, random.Random(dice.random())) for _ in range(load.writers)))


async def _write(running: Running, load: Load, hand: "Hand", dice: random.Random) -> None:
    while not running.stopping.is_set():
        running.progress("writers")
        await running.pause(dice.uniform(0, 2) * load.writers / load.rate)
        if not running.stopping.is_set() and (asked := _asked(load, hand.journal, dice)):
            await hand.perform(asked)


def _asked(load: Load, journal: Journal, dice: random.Random) -> Asked | None:
    """What is asked next, noted; None while the load is paused. In one piece, so that a pause is never overlooked."""
    with journal.held():
        if load.pause_file.exists():
            return None
        asked = _next(dice, load.accounts)
        journal.asks(asked)
    return asked


def _next(dice: random.Random, accounts: int) -> Asked:
    kind = dice.choices(list(KINDS), list(KINDS.values()))[0]
    # half of the work on a tenth of the keys, so that writers meet
    number = dice.randrange(accounts if dice.random() < 0.5 else accounts // 10)
    return Asked(
        command_id=uuid4(),
        kind=kind,
        account=uuid5(TOWN, str(number)),
        amount=dice.randrange(1, 1_000),
        note="x" * dice.randrange(40, 120),
        poison=kind == "poison",
        remind=kind == "remind",
    )


class Hand:
    """Performs what the journal says is asked until it knows the outcome, however often the answer is lost."""

    def __init__(self, running: Running, journal: Journal) -> None:
        self._running = running
        self.journal = journal
        self._commands = Commands(database=running.database, clock=running.clock, settings=running.settings)
        self._ways: dict[str, Callable[[Asked], Awaitable[tuple[int, str]]]] = {
            "withdraw": self._withdraw,
            "too-much": self._withdraw_too_much,
            "rolled-back": self._roll_back,
            "slow": self._append_slowly,
        }

    async def perform(self, asked: Asked) -> None:
        way, pause = self._ways.get(asked.kind, self._deposit), 0.05
        while True:
            self._running.progress("writers")
            try:
                self.journal.committed(asked, *await way(asked))
            except Overdrawn:
                self.journal.refused(asked)
            except Exception as fault:
                if self._running.stopping.is_set():
                    return  # stays open in the journal
                _log.info("writer.asks_again", after=pause, exc_info=fault)
                await self._running.pause(pause)
                pause = min(pause * 2, 1.0)
                continue
            return

    async def _deposit(self, asked: Asked) -> tuple[int, str]:
        wanted = Deposit(id=asked.command_id, poison=asked.poison, remind=asked.remind, **_content(asked))
        return await self._by_command(deposit, asked, wanted)

    async def _withdraw(self, asked: Asked) -> tuple[int, str]:
        return await self._by_command(withdraw, asked, Withdraw(id=asked.command_id, **_content(asked)))

    async def _withdraw_too_much(self, asked: Asked) -> tuple[int, str]:
        wanted = WithdrawTooMuch(id=asked.command_id, **_content(asked))
        return await self._by_command(withdraw_too_much, asked, wanted)

    async def _by_command(self, use_case: object, asked: Asked, wanted: object) -> tuple[int, str]:
        receipt = await self._commands.perform(use_case, asked.account, wanted, command_id=asked.command_id, by=WRITER)
        return receipt.version, str(receipt.events[0].id)

    async def _roll_back(self, asked: Asked) -> tuple[int, str]:
        """Appends as a command does, and fails at the last moment."""
        await self._directly(asked, Overdrawn())
        raise AssertionError("the transaction should have failed")

    async def _append_slowly(self, asked: Asked) -> tuple[int, str]:
        """Draws its place in the outbox early and commits late."""
        return await self._directly(asked, None)

    async def _directly(self, asked: Asked, refusal: Refusal | None) -> tuple[int, str]:
        wanted = Deposit(id=asked.command_id, **_content(asked))
        async with self._running.database.transaction() as tx:
            taken = "insert into appended_directly values ($1, 0, '') on conflict do nothing returning true"
            if not await tx.fetchval(taken, asked.command_id):
                known = "select version, event_id from appended_directly where command_id = $1"
                return tuple(await tx.fetchrow(known, asked.command_id))
            act = Act(
                tx=tx,
                now=self._running.clock.now(),
                by=WRITER,
                settings=self._running.settings,
                correlation_id=str(asked.command_id),
            )
            decision = await deposit(asked.account, wanted, act)
            sealed = await outbox.append(tx, decision, act)
            if refusal is not None:
                raise refusal
            done = "update appended_directly set version = $2, event_id = $3 where command_id = $1"
            await tx.execute(done, asked.command_id, decision.state.version, str(sealed[0].id))
            await tx.execute("select pg_sleep(0.5)")
        outbox.wake(self._running.database)
        return decision.state.version, str(sealed[0].id)


def _content(asked: Asked) -> dict[str, object]:
    return {"amount": asked.amount, "note": asked.note}
