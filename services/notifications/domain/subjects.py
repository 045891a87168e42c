"""What is known of each subject: may it wait, be turned off, does it make an earlier one untrue."""

from __future__ import annotations

from schemas.events.deliveries import DeliverySubject as S

URGENT = frozenset({S.MEETING_MOVED, S.MEETING_CANCELLED, S.SESSION_CANCELLED, S.RECALL_SUSPENDED})

OPTIONAL = frozenset(
    {S.SESSION_PUBLISHED, S.SESSION_CANCELLED, S.PUBLICATION_PUBLISHED, S.PLAN_VALIDATED, S.PLAN_SIGNED}
)

REPLACES: dict[S, frozenset[S]] = {
    S.MEETING_MOVED: frozenset({S.MEETING_CONVENED, S.MEETING_MOVED}),
    S.MEETING_CANCELLED: frozenset({S.MEETING_CONVENED, S.MEETING_MOVED}),
    S.SESSION_CANCELLED: frozenset({S.SESSION_PUBLISHED}),
}

LABELS: dict[S, str] = {
    S.MEETING_CONVENED: "Convocation",
    S.MEETING_MOVED: "Report de réunion",
    S.MEETING_CANCELLED: "Annulation de réunion",
    S.PLAN_VALIDATED: "Plan validé",
    S.SIGNATURE_REQUESTED: "Demande de signature",
    S.PLAN_SIGNED: "Plan signé",
    S.SESSION_PUBLISHED: "Annonce de permanence",
    S.SESSION_CANCELLED: "Annulation de permanence",
    S.PUBLICATION_PUBLISHED: "Annonce de publication",
    S.RECALL_CONSULTATION: "Consultation du parquet",
    S.RECALL_CLEARED: "Avis favorable du parquet",
    S.RECALL_OBJECTED: "Opposition du parquet",
    S.RECALL_REPLY_OVERDUE: "Réponse du parquet attendue",
    S.RECALL_SUSPENDED: "Suspension d’un dossier",
    S.RECALL_CLOSED: "Clôture d’un dossier",
}
