"""Letters about drop-in sessions and publications."""

from __future__ import annotations

from schemas.events.outreach import (
    DropInSessionCancelled,
    DropInSessionPublished,
    PublicationKind,
    PublicationPublished,
)
from services.chassis.french import full_date, full_datetime, hour
from services.notifications.domain.letter import Letter, letter
from services.notifications.wording.source import Source, because

_KINDS = {PublicationKind.FLYER: "dépliant", PublicationKind.GUIDE: "guide"}


def session_published(fact: DropInSessionPublished, source: Source) -> Letter:
    return letter(
        subject=f"Permanence, {fact.district_name}, {full_datetime(fact.starts_at)}",
        title=f"Permanence du {full_datetime(fact.starts_at)}",
        lead="La coordination du CISPD annonce une permanence ouverte à tous, gratuite et anonyme. "
        "Vous pouvez en informer le public.",
        facts=(("Quartier", fact.district_name), ("Lieu", fact.place), ("Fin", hour(fact.ends_at))),
        button=("Voir les permanences", source.sessions()),
        why=because("reçoit le public du territoire", source, mandatory=False),
    )


def session_cancelled(fact: DropInSessionCancelled, source: Source) -> Letter:
    return letter(
        subject=f"Annulation, permanence, {fact.district_name}, {full_datetime(fact.starts_at)}",
        title="Permanence annulée",
        lead=f"La permanence prévue le {full_datetime(fact.starts_at)} n'aura pas lieu.",
        facts=(("Quartier", fact.district_name),),
        button=("Voir les autres permanences", source.sessions()),
        why=because("avait été informée de cette permanence", source, mandatory=False),
    )


def publication_published(fact: PublicationPublished, source: Source) -> Letter:
    kind = _KINDS[fact.kind]
    return letter(
        subject=f"Nouveau {kind}, {fact.title}, {full_date(fact.published_on)}",
        title=fact.title,
        lead=f"Ce {kind} est publié. Des exemplaires sont à votre disposition auprès de la coordination du CISPD.",
        button=("Voir les publications", source.publications()),
        why=because("reçoit le public du territoire", source, mandatory=False),
    )
