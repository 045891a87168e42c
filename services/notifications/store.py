"""Reads and writes aggregates, always with their row locked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.events.bodies import BodyKind, Theme
from schemas.events.deliveries import AboutKind, Channel, DeliverySubject, FailureReason
from services.chassis.act import Tx
from services.notifications.domain.delivery import Delivery, DeliveryState
from services.notifications.domain.meeting import Meeting
from services.notifications.domain.partner import Partner, Webhook

_DELIVERY = (
    "id, version, cause_id, institution_id, channel, subject, about, about_id, state, due_at, created_at, urgent, "
    "attempts, sent_at, reason, proof, sent_to, letter, entry, correlation_id, traceparent"
)
LEASE_SECONDS = 30


async def lock_partner(tx: Tx, institution_id: UUID) -> Partner | None:
    row = await tx.fetchrow("select * from partner where institution_id = $1 for update", institution_id)
    return partner_of(row) if row else None


async def save_partner(tx: Tx, partner: Partner) -> None:
    await tx.execute(
        "insert into partner (institution_id, version, name, kind, commune, email, webhook_url, webhook_secret, muted) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (institution_id) do update set "
        "version = $2, name = $3, kind = $4, commune = $5, email = $6, webhook_url = $7, webhook_secret = $8, "
        "muted = $9",
        partner.id,
        partner.version,
        partner.name,
        partner.kind,
        partner.commune,
        partner.email,
        partner.webhook.url if partner.webhook else None,
        partner.webhook.secret if partner.webhook else None,
        sorted(partner.muted),
    )


async def know_institution(tx: Tx, institution_id: UUID, name: str, kind: str | None, commune: str | None) -> None:
    """Enters or corrects what the council's facts say of an institution; its channels stay as they are."""
    await tx.execute(
        "insert into partner (institution_id, name, kind, commune) values ($1, $2, $3, $4) "
        "on conflict (institution_id) do update set name = $2, kind = coalesce($3, partner.kind), "
        "commune = coalesce($4, partner.commune)",
        *(institution_id, name, kind, commune),
    )


async def name_institutions(tx: Tx, named: Iterable[tuple[UUID, str]]) -> None:
    """Enters those not known yet: order between topics is not promised, so a meeting may come before its members."""
    await tx.executemany(
        "insert into partner (institution_id, name) values ($1, $2) on conflict do nothing", sorted(named)
    )


async def directory(tx: Tx) -> list[Partner]:
    return [partner_of(row) for row in await tx.fetch("select * from partner order by name, institution_id")]


async def partner_now(tx: Tx, institution_id: UUID) -> Partner:
    return partner_of(await tx.fetchrow("select * from partner where institution_id = $1", institution_id))


async def save_meeting(tx: Tx, meeting: Meeting) -> None:
    await tx.execute(
        "insert into meeting (id, body_name, body_kind, theme, subject, starts_at, ends_at, place, agenda, sequence, "
        "cancelled) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (id) do update set "
        "body_name = $2, body_kind = $3, theme = $4, subject = $5, starts_at = $6, ends_at = $7, place = $8, "
        "agenda = $9, sequence = $10, cancelled = $11",
        meeting.id,
        meeting.body_name,
        meeting.body_kind,
        meeting.theme,
        meeting.subject,
        meeting.starts_at,
        meeting.ends_at,
        meeting.place,
        list(meeting.agenda),
        meeting.sequence,
        meeting.cancelled,
    )


async def meeting(tx: Tx, meeting_id: UUID) -> Meeting | None:
    row = await tx.fetchrow("select * from meeting where id = $1", meeting_id)
    return meeting_of(row) if row else None


async def told(tx: Tx, about_id: UUID, subjects: Iterable[DeliverySubject]) -> frozenset[UUID]:
    """The institutions that a delivery on one of the subjects was made for, whatever became of it."""
    rows = await tx.fetch(
        "select distinct institution_id from delivery where about_id = $1 and subject = any($2)",
        *(about_id, list(subjects)),
    )
    return frozenset(row["institution_id"] for row in rows)


async def insert_delivery(tx: Tx, delivery: Delivery) -> bool:
    """False when the same cause was already turned into a delivery for that institution and channel."""
    values = _columns(delivery)
    places = ", ".join(f"${place}" for place in range(1, len(values) + 1))
    row = await tx.fetchval(
        f"insert into delivery ({_DELIVERY}) values ({places}) on conflict do nothing returning true",  # noqa: S608
        *values,
    )
    return row is True


async def lock_delivery(tx: Tx, delivery_id: UUID) -> Delivery | None:
    row = await tx.fetchrow("select * from delivery where id = $1 for update", delivery_id)
    return delivery_of(row) if row else None


async def save_delivery(tx: Tx, delivery: Delivery, *, claim: UUID | None = None) -> None:
    """`claim` names the worker that now holds it, for LEASE_SECONDS; None lets it go."""
    await tx.execute(
        "update delivery set version = $2, state = $3, due_at = $4, attempts = $5, sent_at = $6, reason = $7, "
        "proof = $8, sent_to = $9, claim = $10, claimed_until = clock_timestamp() + make_interval(secs => $11) "
        "where id = $1",
        delivery.id,
        delivery.version,
        delivery.state,
        delivery.due_at,
        delivery.attempts,
        delivery.sent_at,
        delivery.reason,
        delivery.proof,
        delivery.sent_to,
        claim,
        LEASE_SECONDS if claim else None,
    )


async def lock_due(tx: Tx, channel: Channel, now: datetime) -> Delivery | None:
    """The next delivery to hand over by a channel; those that another worker looks at are passed over.

    It is due, or waited for an address that the directory knows by now, or its worker let its lease run out.
    """
    row = await tx.fetchrow(
        "select delivery.* from delivery join partner using (institution_id) where channel = $1 and ("
        "(state in ('pending', 'retrying') and due_at <= $2) "
        "or (state = 'no-address' and case channel when 'email' then email else webhook_url end is not null) "
        "or (state = 'sending' and claimed_until < clock_timestamp())) "
        "order by due_at nulls first, created_at, id limit 1 for update of delivery skip locked",
        *(channel, now),
    )
    return delivery_of(row) if row else None


async def lock_claimed(tx: Tx, delivery_id: UUID, claim: UUID) -> Delivery | None:
    """The delivery if `claim` still holds it."""
    row = await tx.fetchrow("select * from delivery where id = $1 and claim = $2 for update", delivery_id, claim)
    return delivery_of(row) if row else None


async def lock_unsent(
    tx: Tx, about_id: UUID, institution_id: UUID, channel: Channel, subjects: Iterable[DeliverySubject]
) -> list[Delivery]:
    """Deliveries about the same thing to the same institution that have not left."""
    rows = await tx.fetch(
        "select * from delivery where about_id = $1 and institution_id = $2 and channel = $3 and subject = any($4) "
        "and state in ('pending', 'retrying', 'no-address') order by id for update",
        *(about_id, institution_id, channel, list(subjects)),
    )
    return [delivery_of(row) for row in rows]


async def note_attempt(tx: Tx, delivery_id: UUID, at: datetime, outcome: str, answer: str) -> None:
    await tx.execute(
        "insert into delivery_attempt (delivery_id, at, outcome, answer) values ($1, $2, $3, $4)",
        *(delivery_id, at, outcome, answer[:500]),
    )


def partner_of(row: Any) -> Partner:
    webhook = Webhook(url=row["webhook_url"], secret=row["webhook_secret"]) if row["webhook_url"] else None
    return Partner(
        id=row["institution_id"],
        version=row["version"],
        name=row["name"],
        kind=row["kind"],
        commune=row["commune"],
        email=row["email"],
        webhook=webhook,
        muted=frozenset(DeliverySubject(subject) for subject in row["muted"]),
    )


def meeting_of(row: Any) -> Meeting:
    return Meeting(
        **{
            **row,
            "body_kind": BodyKind(row["body_kind"]),
            "theme": Theme(row["theme"]) if row["theme"] else None,
            "agenda": tuple(row["agenda"]),
        }
    )


def delivery_of(row: Any) -> Delivery:
    found = {name: row[name] for name in _DELIVERY.split(", ")}
    return Delivery(
        **{
            **found,
            "channel": Channel(row["channel"]),
            "subject": DeliverySubject(row["subject"]),
            "about": AboutKind(row["about"]),
            "state": DeliveryState(row["state"]),
            "reason": FailureReason(row["reason"]) if row["reason"] else None,
        }
    )


def _columns(delivery: Delivery) -> Sequence[Any]:
    return [getattr(delivery, name) for name in _DELIVERY.split(", ")]
