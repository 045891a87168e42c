"""A flyer or a guide: no copy leaves the house with a number that nobody has called lately."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from schemas.events.outreach import (
    HelplineVerificationDue,
    PlaceType,
    PublicationApproved,
    PublicationDistributed,
    PublicationKind,
    PublicationPublished,
    PublicationSuperseded,
)
from services.cases.domain.days import months_after
from services.cases.domain.publication_refusals import (
    ContactNotVerified,
    ContactTwice,
    ContactVerificationTooOld,
    ContactWithoutName,
    DistributionInTheFuture,
    NoContactNumber,
    PublicationAlreadyPublished,
    PublicationNotApproved,
    PublicationNotDraft,
    PublicationNotPublished,
    PublicationReplaced,
    ReplacedByItself,
    UnknownContact,
    VerificationInTheFuture,
)
from services.chassis.decisions import Aggregate, Decision
from services.chassis.french import short_date


class PublicationState(StrEnum):
    DRAFT = "draft"
    VERIFIED = "verified"
    APPROVED = "approved"
    PUBLISHED = "published"
    DISTRIBUTED = "distributed"
    SUPERSEDED = "superseded"


_DRAFTING = frozenset({PublicationState.DRAFT, PublicationState.VERIFIED})
_RELEASED = frozenset({PublicationState.PUBLISHED, PublicationState.DISTRIBUTED})


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A public number or address. `hours` and `cost` as printed; `verified_on` the last time somebody called."""

    number: str
    name: str
    hours: str = ""
    cost: str = ""
    source: str = ""
    verified_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Publication(Aggregate):
    """`copies` counts what was distributed so far."""

    kind: PublicationKind
    title: str
    contacts: tuple[Contact, ...]
    state: PublicationState = PublicationState.DRAFT
    approved_on: date | None = None
    published_on: date | None = None
    copies: int = 0
    superseded_by: UUID | None = None

    def fact(self) -> dict[str, Any]:
        return {"publication_id": self.id, "kind": self.kind, "title": self.title}

    def contact(self, number: str) -> Contact | None:
        return next((contact for contact in self.contacts if contact.number == number), None)


def due_again(contact: Contact, months: int) -> date | None:
    """The day from which a verification no longer counts; None when there was none."""
    return contact.verified_on and months_after(contact.verified_on, months)


def check_contacts(publication: Publication, *, months: int, today: date) -> None:
    """Every number was verified less than `months` ago. Raises ContactNotVerified or ContactVerificationTooOld."""
    for contact in publication.contacts:
        due = due_again(contact, months)
        if due is None or contact.verified_on is None:
            raise ContactNotVerified(number=contact.number)
        if due <= today:
            raise ContactVerificationTooOld(number=contact.number, day=short_date(contact.verified_on), months=months)


def draft_publication(draft: Publication) -> Decision[Publication]:
    """Raises NoContactNumber, ContactTwice or ContactWithoutName."""
    if not draft.contacts:
        raise NoContactNumber
    numbers = [contact.number for contact in draft.contacts]
    for number in numbers:
        if numbers.count(number) > 1:
            raise ContactTwice(number=number)
    for contact in draft.contacts:
        if not contact.name:
            raise ContactWithoutName(number=contact.number)
    return draft.after()


def verify_contact(
    publication: Publication, number: str, *, verified_on: date, months: int, today: date
) -> Decision[Publication]:
    """Somebody called the number. Raises PublicationReplaced, UnknownContact or VerificationInTheFuture."""
    _check_current(publication)
    if publication.contact(number) is None:
        raise UnknownContact(number=number)
    if verified_on > today:
        raise VerificationInTheFuture
    verified = replace(
        publication,
        contacts=tuple(
            replace(contact, verified_on=verified_on) if contact.number == number else contact
            for contact in publication.contacts
        ),
    )
    return verified.after(state=_drafting_state(verified, months, today))


def _drafting_state(publication: Publication, months: int, today: date) -> PublicationState:
    if publication.state not in _DRAFTING:
        return publication.state
    try:
        check_contacts(publication, months=months, today=today)
    except (ContactNotVerified, ContactVerificationTooOld):
        return PublicationState.DRAFT
    return PublicationState.VERIFIED


def check_approval(publication: Publication, *, months: int, today: date) -> None:
    """Raises PublicationReplaced, PublicationNotDraft, ContactNotVerified or ContactVerificationTooOld."""
    _check_current(publication)
    if publication.state not in _DRAFTING:
        raise PublicationNotDraft
    check_contacts(publication, months=months, today=today)


def approve_publication(publication: Publication, *, months: int, today: date) -> Decision[Publication]:
    """Raises as check_approval."""
    check_approval(publication, months=months, today=today)
    return publication.after(
        PublicationApproved(**publication.fact(), approved_on=today),
        state=PublicationState.APPROVED,
        approved_on=today,
    )


def check_release(publication: Publication, *, months: int, today: date) -> None:
    """Raises PublicationReplaced, PublicationNotApproved, PublicationAlreadyPublished, or as check_contacts."""
    _check_current(publication)
    if publication.state in _DRAFTING:
        raise PublicationNotApproved
    if publication.state in _RELEASED:
        raise PublicationAlreadyPublished
    check_contacts(publication, months=months, today=today)


def publish_publication(publication: Publication, *, months: int, today: date) -> Decision[Publication]:
    """Raises as check_release."""
    check_release(publication, months=months, today=today)
    return publication.after(
        PublicationPublished(**publication.fact(), published_on=today),
        state=PublicationState.PUBLISHED,
        published_on=today,
    )


def check_distribution(publication: Publication, *, months: int, today: date) -> None:
    """Raises PublicationReplaced, PublicationNotPublished, or as check_contacts."""
    _check_current(publication)
    if publication.state not in _RELEASED:
        raise PublicationNotPublished
    check_contacts(publication, months=months, today=today)


def distribute_publication(
    publication: Publication, *, quantity: int, place_type: PlaceType, on: date, months: int, today: date
) -> Decision[Publication]:
    """Copies were left somewhere. Raises as check_distribution, or DistributionInTheFuture."""
    check_distribution(publication, months=months, today=today)
    if on > today:
        raise DistributionInTheFuture
    return publication.after(
        PublicationDistributed(**publication.fact(), quantity=quantity, place_type=place_type, distributed_on=on),
        state=PublicationState.DISTRIBUTED,
        copies=publication.copies + quantity,
    )


def check_supersession(publication: Publication) -> None:
    """Raises PublicationReplaced or PublicationNotPublished."""
    _check_current(publication)
    if publication.state not in _RELEASED:
        raise PublicationNotPublished


def supersede_publication(publication: Publication, superseded_by: UUID) -> Decision[Publication]:
    """A newer one takes its place. Raises as check_supersession, or ReplacedByItself."""
    check_supersession(publication)
    if superseded_by == publication.id:
        raise ReplacedByItself
    return publication.after(
        PublicationSuperseded(**publication.fact(), superseded_by=superseded_by),
        state=PublicationState.SUPERSEDED,
        superseded_by=superseded_by,
    )


def let_verification_fall_due(
    publication: Publication, number: str, *, months: int, today: date
) -> Decision[Publication] | None:
    """A verification is too old. None when it was renewed, or the publication is out of use."""
    contact = publication.contact(number)
    if publication.superseded_by is not None or contact is None or contact.verified_on is None:
        return None
    if months_after(contact.verified_on, months) > today:
        return None
    return publication.after(
        HelplineVerificationDue(**publication.fact(), number=number, verified_on=contact.verified_on)
    )


def _check_current(publication: Publication) -> None:
    if publication.state is PublicationState.SUPERSEDED:
        raise PublicationReplaced
