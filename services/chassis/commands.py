"""The way of every command: one transaction that checks, decides, saves and appends, or does nothing at all."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.chassis import outbox
from services.chassis.act import Act, Tx
from services.chassis.clock import Clock
from services.chassis.database import Database
from services.chassis.decisions import Aggregate, Decision
from services.chassis.errors import CommandIdReused, StaleVersion
from services.chassis.french import full_datetime, hour, local
from services.chassis.identity import Principal
from services.chassis.settings import Settings

CHANGED = """
select at, office from command_ledger where target = $1 and (receipt->>'version')::int = $2 order by at desc limit 1
"""


class Command(BaseModel):
    """What somebody asks for; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class EventReceipt(BaseModel):
    id: UUID
    type: str


class Receipt(BaseModel):
    """What a command caused. `version` is the aggregate's after it; `repeated` when it had been done before."""

    id: UUID
    version: int
    events: list[EventReceipt]
    repeated: bool = False


ANSWERED = "update command_ledger set receipt = $2 where id = $1"

C = TypeVar("C", bound=Command)
UseCase = Callable[[UUID, C, Act], Awaitable[Decision[Aggregate]]]


@dataclass(frozen=True, kw_only=True)
class Commands:
    """Performs commands for one service."""

    database: Database
    clock: Clock
    settings: Settings

    async def perform(
        self,
        use_case: UseCase[C],
        target: UUID,
        command: C,
        *,
        command_id: UUID,
        by: Principal,
        expected_version: int | None = None,
    ) -> Receipt:
        """Runs `use_case` on the aggregate `target` once per `command_id`.

        The same id with the same content answers what was answered then, without a second event. Raises CommandIdReused
        when the content differs, StaleVersion, or the refusal of the domain; then nothing has been written.
        """
        fingerprint = self._fingerprint(target, command, by)
        try:
            receipt = await self._once(use_case, target, command, command_id, fingerprint, by, expected_version)
        except StaleVersion as stale:
            raise await self._told(stale, target) from None
        outbox.wake(self.database)
        return receipt

    async def _once(
        self,
        use_case: UseCase[C],
        target: UUID,
        command: C,
        command_id: UUID,
        fingerprint: bytes,
        by: Principal,
        expected_version: int | None,
    ) -> Receipt:
        async with self.database.transaction() as tx:
            earlier = await _claim(tx, command_id, type(command).__name__, target, fingerprint, by, self.clock)
            if earlier is not None:
                return earlier
            act = Act(
                tx=tx,
                now=self.clock.now(),
                by=by,
                settings=self.settings,
                correlation_id=str(command_id),
                expected_version=expected_version,
            )
            decision = await use_case(target, command, act)
            return await self._record(act, decision, command_id)

    async def _told(self, stale: StaleVersion, target: UUID) -> StaleVersion:
        """The refusal with who changed `target` to the version that stands, and when; unknown if no command did."""
        async with self.database.read() as tx:
            found = await tx.fetchrow(CHANGED, target, stale.values["version"])
        if found is None:
            return stale
        now = self.clock.now()
        moment = hour(found["at"]) if local(found["at"]).date() == local(now).date() else full_datetime(found["at"])
        said = ", ".join(part for part in (moment, found["office"]) if part)
        return StaleVersion(version=stale.values["version"], change=said)

    async def _record(self, act: Act, decision: Decision[Aggregate], command_id: UUID) -> Receipt:
        sealed = outbox.seal(decision, act)
        receipt = Receipt(
            id=decision.state.id,
            version=decision.state.version,
            events=[EventReceipt(id=envelope.id, type=envelope.type) for envelope in sealed.envelopes],
        )
        act.also(ANSWERED, command_id, receipt.model_dump(mode="json"))
        await outbox.write(act.tx, sealed, act.beside)
        return receipt

    def _fingerprint(self, target: UUID, command: Command, by: Principal) -> bytes:
        # Keyed, because a plain hash of a command with a name in it could be guessed.
        content = f"{type(command).__name__}\n{target}\n{by.subject}\n{command.model_dump_json()}"
        return hmac.digest(self.settings.ledger_key.get_secret_value().encode(), content.encode(), hashlib.sha256)


async def _claim(
    tx: Tx, command_id: UUID, name: str, target: UUID, fingerprint: bytes, by: Principal, clock: Clock
) -> Receipt | None:
    """Takes the command id, waiting for whoever is using it right now; the earlier receipt when it was done."""
    taken = await tx.fetchval(
        "insert into command_ledger (id, command, target, content_hash, by, office, at) "
        "values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing returning true",
        *(command_id, name, target, fingerprint, by.subject, by.title, clock.now()),
    )
    if taken:
        return None
    found: Any = await tx.fetchrow("select content_hash, receipt from command_ledger where id = $1", command_id)
    if not hmac.compare_digest(found["content_hash"], fingerprint):
        raise CommandIdReused
    return Receipt.model_validate(found["receipt"]).model_copy(update={"repeated": True})
