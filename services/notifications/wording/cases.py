"""Letters about cases. Neutral: a step and a link; no number, no motive, no commune, nobody.

What the case holds is read on its page, after the checks made there.
"""

from __future__ import annotations

from datetime import date

from schemas.events.deliveries import DeliverySubject
from services.chassis.french import full_date
from services.notifications.domain.letter import Letter, letter
from services.notifications.wording.source import Source, because

_STEPS: dict[DeliverySubject, tuple[str, str]] = {
    DeliverySubject.RECALL_CLEARED: (
        "Avis favorable du parquet",
        "Le parquet ne s'oppose pas à un rappel à l'ordre. La personne peut être convoquée en mairie.",
    ),
    DeliverySubject.RECALL_OBJECTED: (
        "Opposition du parquet",
        "Le parquet s'oppose à un rappel à l'ordre. La procédure ne peut pas avoir lieu.",
    ),
    DeliverySubject.RECALL_REPLY_OVERDUE: (
        "Réponse du parquet attendue",
        "Le délai de réponse du parquet est dépassé pour un dossier. Son silence ne vaut pas accord : rien ne peut "
        "être fait sans sa réponse.",
    ),
    DeliverySubject.RECALL_SUSPENDED: (
        "Dossier suspendu",
        "Un dossier de rappel à l'ordre est suspendu. Rien ne peut être fait avant la décision du parquet.",
    ),
    DeliverySubject.RECALL_CLOSED: ("Dossier clos", "Un dossier de rappel à l'ordre est clos."),
}


def consultation(reply_due: date, address: str, source: Source) -> Letter:
    """To the prosecutor's office."""
    return letter(
        subject=f"Rappel à l'ordre, avis du parquet attendu au plus tard le {full_date(reply_due)}",
        title="Votre avis est attendu",
        lead="En application du protocole de rappel à l'ordre, votre avis est demandé avant toute convocation.",
        facts=(("Réponse", f"au plus tard le {full_date(reply_due)}"),),
        button=("Lire le dossier et répondre", address),
        closing="Les éléments du dossier se lisent uniquement sur cette page, après identification.",
        why=because("est consultée au titre du protocole", source, mandatory=True),
    )


def step(subject: DeliverySubject, told_on: date, address: str, source: Source) -> Letter:
    """To those who follow the case: what happened, and where to read the rest."""
    title, lead = _STEPS[subject]
    return letter(
        subject=f"Rappel à l'ordre, {title[:1].lower()}{title[1:]}, {full_date(told_on)}",
        title=title,
        lead=lead,
        button=("Ouvrir le dossier", address),
        closing="Les éléments du dossier se lisent uniquement sur cette page, après identification.",
        why=because("suit ce dossier", source, mandatory=True),
    )
