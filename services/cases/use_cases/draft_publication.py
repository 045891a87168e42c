"""Begin a flyer or a guide."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.events.outreach import PublicationKind
from services.cases import reference, store
from services.cases.domain import publication
from services.cases.domain.days import day_of
from services.cases.domain.publication import Contact, Publication
from services.cases.texts import ContactNumber, Line, Words
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class ContactEntry(BaseModel):
    """A number to print. A national number of the reference list needs no name."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    number: ContactNumber
    name: Words = ""
    hours: Words = ""
    cost: Words = ""


class DraftPublication(Command):
    """Begin a publication with its contact numbers, none of them verified."""

    kind: PublicationKind
    title: Line
    contacts: tuple[ContactEntry, ...] = Field(max_length=40)


async def draft_publication(publication_id: UUID, command: DraftPublication, act: Act) -> Decision[Publication]:
    """Raises NoContactNumber, ContactTwice or ContactWithoutName."""
    known = reference.helplines(day_of(act.now))
    contacts = tuple(_contact(entry, known.get(entry.number)) for entry in command.contacts)
    draft = Publication(id=publication_id, kind=command.kind, title=command.title, contacts=contacts)
    decision = publication.draft_publication(draft)
    await store.save_publication(act.tx, decision.state)
    return decision


def _contact(entry: ContactEntry, known: Contact | None) -> Contact:
    return Contact(
        number=entry.number,
        name=entry.name or (known.name if known else ""),
        hours=entry.hours or (known.hours if known else ""),
        cost=entry.cost or (known.cost if known else ""),
        source=known.source if known else "",
    )
