"""The notifications service with a council's directory, facts that reach it, and a mail server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from schemas.envelope import Envelope, Event
from schemas.events.bodies import BodyKind, InstitutionKind, InstitutionRegistered, Seat
from schemas.events.meetings import (
    AgendaPoint,
    ChangeReason,
    ConveningReason,
    Invited,
    MeetingCancelled,
    MeetingConvened,
    MeetingRescheduled,
)
from services.chassis import outbox
from services.chassis.act import Act
from services.chassis.decisions import Decision
from services.chassis.identity import Principal
from services.notifications.delivering import Carrier, Turn, deliver_next
from services.notifications.mail.carrier import MailCarrier
from services.notifications.subscriptions import subscriptions
from tests.integration.notifications.mailroom import Mailroom
from tests.support.api import Api

PREFECTURE, PARQUET, AGGLO, CALAIS, BAILLEUR = "prefecture", "parquet", "agglo", "calais", "bailleur"
KINDS = {
    PREFECTURE: InstitutionKind.PREFECTURE,
    PARQUET: InstitutionKind.PROSECUTION,
    AGGLO: InstitutionKind.INTERCOMMUNAL,
    CALAIS: InstitutionKind.COMMUNE,
    BAILLEUR: InstitutionKind.HOUSING,
}
PLENARY = datetime(2017, 1, 20, 13, tzinfo=UTC)
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@dataclass
class Office:
    """`ids` of the institutions by name; `coordinator` has a token."""

    api: Api
    mailroom: Mailroom
    coordinator: httpx.AsyncClient
    carrier: Carrier = field(init=False)
    ids: dict[str, UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings = self.api.running.settings.model_copy(update={"smtp_port": self.mailroom.port})
        self.api.running.settings = settings
        self.carrier = MailCarrier(settings)

    @property
    def now(self) -> datetime:
        return self.api.running.clock.now()

    def later(self, by: timedelta) -> None:
        self.api.set_clock(self.now + by)

    async def fact(self, event: Event, *, cause: Envelope | None = None) -> Envelope:
        """The event reaches the service, as its consumer applies it; the same `cause` again is a redelivery."""
        envelope = cause or sealed(event, self.now)
        async with self.api.running.database.transaction() as tx:
            act = Act(
                tx=tx,
                now=self.now,
                by=Principal.system("notifications"),
                settings=self.api.running.settings,
                correlation_id=envelope.correlationid,
                causation_id=envelope.id,
                cause=envelope,
            )
            decided = await subscriptions.handlers[type(event)](event, act)
            for decision in [decided] if isinstance(decided, Decision) else decided or ():
                await outbox.append(tx, decision, act)
        return envelope

    async def deliver(self, carrier: Carrier | None = None) -> Turn:
        """Deals with everything that is due now; what the last turn was."""
        while (turn := await deliver_next(self.api.running, carrier or self.carrier)) is Turn.DONE:
            pass
        return turn

    async def deliveries(self, **filters: Any) -> list[dict[str, Any]]:
        answer = await self.coordinator.get("/api/deliveries", params=filters)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    async def delivery(self, name: str, **filters: Any) -> dict[str, Any]:
        """The latest delivery to an institution, in detail."""
        (line, *_) = await self.deliveries(institution=str(self.ids[name]), **filters)
        return dict((await self.coordinator.get(f"/api/deliveries/{line['id']}")).json())

    async def register(self, name: str, **channels: Any) -> httpx.Response:
        content = {"name": f"Institution {name}", "kind": KINDS[name].value, **channels}
        return await self.coordinator.put(f"/api/partners/{self.ids[name]}", json=content)

    async def change(self, name: str, **channels: Any) -> httpx.Response:
        path = f"/api/partners/{self.ids[name]}/channels/{uuid4()}"
        return await self.coordinator.put(path, json=channels)


def address(name: str) -> str:
    return f"{name}@institution.example"


def sealed(event: Event, now: datetime) -> Envelope:
    return Envelope(
        id=str(uuid4()),
        source="/cispd/meetings",
        type=event.ce_type(),
        time=now,
        subject=event.key,
        dataschema=event.dataschema(),
        sequence=1,
        partitionkey=event.key,
        correlationid=str(uuid4()),
        traceparent=TRACEPARENT,
    )


def registered(institution_id: UUID, name: str) -> InstitutionRegistered:
    return InstitutionRegistered(
        institution_id=institution_id,
        name=f"Institution {name}",
        kind=KINDS[name],
        feminine=True,
        commune="62193" if name == CALAIS else None,
    )


def invited(office: Office, *names: str) -> list[Invited]:
    return [
        Invited(institution_id=office.ids[name], name=f"Institution {name}", seat=Seat.DESIGNATED) for name in names
    ]


def convened(office: Office, *names: str, kind: BodyKind = BodyKind.GROUP, **changes: Any) -> MeetingConvened:
    values = {
        "meeting_id": uuid4(),
        "body_id": uuid4(),
        "body_name": "Groupe « Tranquillité publique »",
        "body_kind": kind,
        "subject": "Nuisances nocturnes",
        "starts_at": PLENARY,
        "ends_at": PLENARY + timedelta(hours=2),
        "place": "Hôtel communautaire, Calais",
        "calendar_sequence": 0,
        "agenda": [AgendaPoint(title="Bilan de l’hiver", minutes=30)],
        "reason": ConveningReason.PRESIDENT,
        "convened_on": PLENARY.date(),
        "notice_days": 17,
        "notice_days_required": 7,
        "members": invited(office, *names),
    }
    return MeetingConvened(**{**values, **changes})


def moved(before: MeetingConvened, **changes: Any) -> MeetingRescheduled:
    said = before.model_dump() | {
        "previous_starts_at": before.starts_at,
        "starts_at": before.starts_at + timedelta(days=7),
        "ends_at": before.ends_at + timedelta(days=7),
        "calendar_sequence": before.calendar_sequence + 1,
        "reason": ChangeReason.ROOM_UNAVAILABLE,
        "convened": True,
    }
    return MeetingRescheduled(**{**said, **changes})


def cancelled(before: MeetingConvened, **changes: Any) -> MeetingCancelled:
    said = before.model_dump() | {
        "calendar_sequence": before.calendar_sequence + 2,
        "reason": ChangeReason.AGENDA_NOT_READY,
        "convened": True,
    }
    return MeetingCancelled(**{**said, **changes})
