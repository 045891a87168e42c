"""What institutions were told, and whether it arrived."""

from __future__ import annotations

from collections import Counter

from schemas.events.deliveries import DeliveryFailed, DeliveryScheduled, DeliverySent, DeliverySubject
from services.chassis import french
from services.chassis.act import Tx
from services.reporting import queries
from services.reporting.figures.building import build, latest, table
from services.reporting.figures.model import Figure, Row, Value

SUBJECTS = {
    DeliverySubject.MEETING_CONVENED: "Convocations",
    DeliverySubject.MEETING_MOVED: "Reports de réunion",
    DeliverySubject.MEETING_CANCELLED: "Annulations de réunion",
    DeliverySubject.PLAN_VALIDATED: "Plans validés",
    DeliverySubject.SIGNATURE_REQUESTED: "Demandes de signature",
    DeliverySubject.PLAN_SIGNED: "Plans signés",
    DeliverySubject.SESSION_PUBLISHED: "Permanences annoncées",
    DeliverySubject.SESSION_CANCELLED: "Permanences annulées",
    DeliverySubject.PUBLICATION_PUBLISHED: "Publications",
}
OUTCOMES = ("sent", "failed", "waiting")


async def deliveries(tx: Tx, year: int) -> Figure:
    """Deliveries by subject and outcome.

    Those about cases are left out: one is sent per case and step, so their number would be a number of people.
    """
    found = [each for each in await queries.deliveries_of_year(tx, year) if each.code in SUBJECTS]
    counted = Counter({(each.code, each.other): each.number for each in found})
    subjects = [subject for subject in SUBJECTS if any(counted[subject, outcome] for outcome in OUTCOMES)]
    rows = [
        Row(
            code=subject.value,
            label=SUBJECTS[subject],
            values=[Value.exact(counted[subject, outcome]) for outcome in OUTCOMES],
        )
        for subject in subjects
    ]
    sums = [Value.exact(sum(counted[subject, outcome] for subject in subjects)) for outcome in OUTCOMES]
    return build(
        "deliveries",
        "Envois remis",
        sums[0],
        year=year,
        unit=f"sur {french.count(counted.total(), 'envoi')}",
        definition="Envois aux institutions, remis quand leur serveur en donne la preuve. Les envois sur un dossier ne "
        "sont pas comptés ici.",
        source="journal des envois.",
        events=[DeliveryScheduled, DeliverySent, DeliveryFailed],
        updated_at=latest(each.told_at for each in found),
        table=table("Objet", ["Remis", "Non remis", "En cours"], rows, sums),
    )
