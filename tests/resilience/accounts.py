"""The commands of the service under test: what writers ask for, and how it is done in one transaction."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self
from uuid import UUID

from services.chassis import outbox, timers
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Aggregate, Decision
from services.chassis.errors import Refusal
from tests.resilience.facts import Deposited, Withdrawn

REMIND = "remind"
REMIND_AFTER = timedelta(seconds=0.2)


class Overdrawn(Refusal):
    """Raised after the outbox row was written: the rows must vanish with the transaction."""

    sentence = "Le compte serait à découvert."


class Deposit(Command):
    id: UUID
    amount: int
    note: str
    poison: bool = False
    remind: bool = False


class Withdraw(Command):
    id: UUID
    amount: int
    note: str


class WithdrawTooMuch(Command):
    id: UUID
    amount: int
    note: str


@dataclass(frozen=True, kw_only=True)
class Account(Aggregate):
    balance: int = 0

    def deposit(self, wanted: Deposit) -> "Decision[Self]":
        fact = Deposited(account_id=self.id, command_id=wanted.id, **_told(wanted), poison=wanted.poison)
        return self.after(fact, balance=self.balance + wanted.amount)

    def withdraw(self, wanted: Withdraw | WithdrawTooMuch) -> "Decision[Self]":
        fact = Withdrawn(account_id=self.id, command_id=wanted.id, **_told(wanted))
        return self.after(fact, balance=self.balance - wanted.amount)


def _told(wanted: Deposit | Withdraw | WithdrawTooMuch) -> dict[str, object]:
    return {"amount": wanted.amount, "note": wanted.note}


async def deposit(target: UUID, command: Deposit, act: Act) -> Decision[Account]:
    decision = (await _locked(target, act)).deposit(command)
    await _save(act, decision.state)
    if command.remind:
        await timers.schedule(act.tx, REMIND, key=str(command.id), due=act.now + REMIND_AFTER)
    return decision


async def withdraw(target: UUID, command: Withdraw, act: Act) -> Decision[Account]:
    decision = (await _locked(target, act)).withdraw(command)
    await _save(act, decision.state)
    return decision


async def withdraw_too_much(target: UUID, command: WithdrawTooMuch, act: Act) -> Decision[Account]:
    decision = (await _locked(target, act)).withdraw(command)
    await _save(act, decision.state)
    await outbox.append(act.tx, decision, act)
    raise Overdrawn


async def _locked(account_id: UUID, act: Act) -> Account:
    await act.tx.execute("insert into account values ($1, 0, 0) on conflict do nothing", account_id)
    row = await act.tx.fetchrow("select version, balance from account where id = $1 for update", account_id)
    return replace(Account(id=account_id), version=row["version"], balance=row["balance"])


async def _save(act: Act, state: Account) -> None:
    await act.tx.execute(
        "update account set version = $2, balance = $3 where id = $1", state.id, state.version, state.balance
    )
