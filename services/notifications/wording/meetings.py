"""Letters about meetings: convened, moved, cancelled."""

from __future__ import annotations

from datetime import datetime, timedelta

from schemas.events.bodies import BodyKind, Seat, Theme
from schemas.events.meetings import ChangeReason
from services.chassis.french import NBSP, full_datetime
from services.notifications.domain.letter import Letter, letter
from services.notifications.domain.meeting import Meeting
from services.notifications.wording.source import Source, because

_SEATS = {
    Seat.BY_RIGHT: "en qualité de membre de droit",
    Seat.MAYOR: "en qualité de maire",
    Seat.STATE: "au titre des services de l'État",
    Seat.PARLIAMENT: "en qualité de parlementaire",
    Seat.DESIGNATED: "en qualité de membre désigné",
}
_REASONS = {
    ChangeReason.ROOM_UNAVAILABLE: "La salle n'est plus disponible.",
    ChangeReason.MEMBERS_UNAVAILABLE: "Trop de membres étaient empêchés.",
    ChangeReason.AGENDA_NOT_READY: "L'ordre du jour n'est pas prêt.",
    ChangeReason.REQUEST_OF_THE_STATE: "L'État en a fait la demande.",
    ChangeReason.EXCEPTIONAL_CIRCUMSTANCES: "Des circonstances exceptionnelles l'imposent.",
}
_THEMES = {
    Theme.YOUTH: "groupe « Jeunes »",
    Theme.FAMILY_VIOLENCE: "groupe « Violences faites aux femmes »",
    Theme.PUBLIC_TRANQUILLITY: "groupe « Tranquillité publique »",
    Theme.RADICALISATION: "groupe « Prévention de la radicalisation »",
}


def convened(meeting: Meeting, seat: Seat | None, source: Source) -> Letter:
    """To an institution that sits (`seat`), or that is only told of the meeting (None)."""
    lead = (
        f"La présidence du CISPD vous convoque {_SEATS[seat]}. Un rendez-vous pour votre agenda est joint."
        if seat
        else "La présidence du CISPD vous informe de cette réunion. Un rendez-vous pour votre agenda est joint."
    )
    reply = "Répondre ou désigner un représentant" if seat else "Voir la réunion"
    return letter(
        subject=f"Convocation, {_title(meeting)}",
        title=_opening(meeting),
        lead=lead,
        facts=_facts(meeting),
        items_title="Ordre du jour",
        items=meeting.agenda,
        button=(reply, source.meeting(meeting.id)),
        why=because(_why(meeting, seat), source, mandatory=True),
    )


def moved(meeting: Meeting, previously: datetime, reason: ChangeReason, seat: Seat | None, source: Source) -> Letter:
    """`meeting` as it is now, `previously` when it was to begin."""
    return letter(
        subject=f"Report, {_title(meeting)}",
        title=f"Nouvelle date : {full_datetime(meeting.starts_at)}",
        lead=f"La réunion prévue le {full_datetime(previously)} est reportée. {_REASONS[reason]} "
        "Le rendez-vous joint remplace le précédent dans votre agenda.",
        facts=(("Instance", meeting.body_name), *_facts(meeting)),
        items_title="Ordre du jour",
        items=meeting.agenda,
        button=("Voir la réunion", source.meeting(meeting.id)),
        why=because(_why(meeting, seat), source, mandatory=True),
    )


def cancelled(meeting: Meeting, reason: ChangeReason, seat: Seat | None, source: Source) -> Letter:
    return letter(
        subject=f"Annulation, {_title(meeting)}",
        title="Réunion annulée",
        lead=f"La réunion prévue le {full_datetime(meeting.starts_at)} est annulée. {_REASONS[reason]} "
        "Le rendez-vous joint la retire de votre agenda.",
        facts=(("Instance", meeting.body_name), ("Objet", meeting.subject)),
        button=("Voir la réunion", source.meeting(meeting.id)),
        closing="Une autre date vous sera proposée, s'il y a lieu, par une nouvelle convocation.",
        why=because(_why(meeting, seat), source, mandatory=True),
    )


def duration(length: timedelta) -> str:
    """« 1 h 45 », « 45 min »."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    if not hours:
        return f"{minutes}{NBSP}min"
    return f"{hours}{NBSP}h" + (f"{NBSP}{minutes:02}" if minutes else "")


def _opening(meeting: Meeting) -> str:
    return f"{meeting.body_name} du {full_datetime(meeting.starts_at)}"


def _title(meeting: Meeting) -> str:
    opening = _opening(meeting)
    return opening[:1].lower() + opening[1:]


def _facts(meeting: Meeting) -> tuple[tuple[str, str], ...]:
    return (
        ("Objet", meeting.subject),
        ("Lieu", meeting.place),
        ("Durée prévue", duration(meeting.ends_at - meeting.starts_at)),
    )


def _why(meeting: Meeting, seat: Seat | None) -> str:
    if meeting.body_kind is BodyKind.GROUP:
        where = f"au {_THEMES[meeting.theme]}" if meeting.theme else "à ce groupe"
    else:
        where = "à l'assemblée plénière" if meeting.body_kind is BodyKind.PLENARY else "au comité de pilotage restreint"
    return f"siège {where}" if seat else "est informée de toutes les réunions de cette instance"
