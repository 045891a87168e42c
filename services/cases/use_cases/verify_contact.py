"""Write down that somebody called a printed number."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.cases import reference, store
from services.cases.domain import publication
from services.cases.domain.days import day_of, months_after
from services.cases.domain.publication import Publication
from services.cases.texts import ContactNumber
from services.chassis import timers
from services.chassis.act import Act
from services.chassis.calendar import morning
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class VerifyContact(Command):
    """State that a number was called, and that name, hours and cost are right."""

    number: ContactNumber
    verified_on: date


async def verify_contact(publication_id: UUID, command: VerifyContact, act: Act) -> Decision[Publication]:
    """Raises NotFound, StaleVersion, or as the domain's verify_contact."""
    found = act.current(await store.lock_publication(act.tx, publication_id))
    today = day_of(act.now)
    months = reference.verification_months(today)
    decision = publication.verify_contact(
        found, command.number, verified_on=command.verified_on, months=months, today=today
    )
    await store.save_publication(act.tx, decision.state)
    await timers.schedule(
        act.tx,
        "helpline-verification",
        key=f"{publication_id}:{command.number}",
        due=morning(months_after(command.verified_on, months)),
        payload={"number": command.number},
        correlation_id=act.correlation_id,
    )
    return decision
