"""Letters about action plans: validated, to be signed, signed."""

from __future__ import annotations

from schemas.events.plans import ActionPlanSigned, ActionPlanValidated
from services.chassis.french import full_date
from services.notifications.domain.letter import Letter, letter
from services.notifications.wording.source import Source, because


def signature_requested(fact: ActionPlanValidated, source: Source) -> Letter:
    return letter(
        subject=f"Signature attendue, {fact.title}, validé le {full_date(fact.validated_on)}",
        title=fact.title,
        lead=f"L'assemblée plénière a validé ce plan le {full_date(fact.validated_on)}. "
        "La présidence du CISPD vous invite, en qualité de signataire, à le signer.",
        items_title="Signataires",
        items=tuple(signatory.name for signatory in fact.signatories),
        button=("Lire le plan et suivre les signatures", source.plan(fact.plan_id)),
        closing="La coordination recueille les signatures une à une ; le plan est signé avec la dernière.",
        why=because("est signataire de ce plan", source, mandatory=True),
    )


def validated(fact: ActionPlanValidated, source: Source) -> Letter:
    return letter(
        subject=f"Plan validé le {full_date(fact.validated_on)}, {fact.title}",
        title=fact.title,
        lead=f"L'assemblée plénière a validé ce plan le {full_date(fact.validated_on)}. "
        "Les signatures sont en cours de recueil.",
        items_title="Signataires",
        items=tuple(signatory.name for signatory in fact.signatories),
        button=("Lire le plan", source.plan(fact.plan_id)),
        why=because("est concernée par ce plan", source, mandatory=False),
    )


def signed(fact: ActionPlanSigned, source: Source) -> Letter:
    return letter(
        subject=f"Plan signé le {full_date(fact.signed_on)}, {fact.title}",
        title=fact.title,
        lead=f"La dernière signature a été recueillie le {full_date(fact.signed_on)} : le plan est signé.",
        items_title="Signataires",
        items=tuple(signatory.name for signatory in fact.signatories),
        button=("Lire le plan", source.plan(fact.plan_id)),
        why=because("est concernée par ce plan", source, mandatory=False),
    )
