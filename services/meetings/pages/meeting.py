"""One meeting: its state, what may be done, its agenda, attendance, decisions and history."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.responses import Response

from schemas.events.bodies import BodyKind
from schemas.events.meetings import Presence
from services.chassis.calendar import today
from services.chassis.french import capital, count, full_date, full_datetime, short_date
from services.chassis.http import Look, Routes
from services.chassis.web import Cell, Column, Entry, Fact, Step, page
from services.chassis.web.forms import FormState
from services.meetings import rules
from services.meetings.domain.meeting import HELD, MeetingState
from services.meetings.domain.notice import notice_given
from services.meetings.pages.meeting_acts import acts_of
from services.meetings.pages.words import (
    AGENDA_NOTES,
    CHANGE_REASONS,
    CONVENING_REASONS,
    DECISION_KINDS,
    meeting_of,
    meeting_state,
    presence,
    seat,
)
from services.meetings.queries.meetings import InvitationView, MeetingView, read_meeting, view_of
from services.meetings.queries.past import history_of
from services.meetings.store.bodies import find_body
from services.meetings.visibility import READERS, scope_of

routes = Routes()
ADDRESS = "/conseil/reunions/{meeting_id}"


@routes.page(ADDRESS, allow=READERS)
async def meeting_page(look: Look, meeting_id: UUID) -> Response:
    """Not there for those who may not see it."""
    return await show(look, meeting_id, None)


async def show(look: Look, meeting_id: UUID, form: FormState | None) -> Response:
    """The page; `form` carries the refusal of an act that was posted from it."""
    scope = scope_of(look.by)
    meeting = await read_meeting(look.tx, scope, meeting_id)
    view = view_of(meeting, scope, await history_of(look.tx, meeting_id))
    actions, blocked = acts_of(meeting, await find_body(look.tx, meeting.body_id), look)
    given: dict[str, Any] = {} if form is None else {"form": form}
    return page(
        look,
        "meeting.html",
        title=capital(full_datetime(view.starts_at)),
        over=meeting_of(view.body_kind, view.body_name),
        state=meeting_state(view.state, view.postponed_from),
        meeting=view,
        steps=_steps(view),
        actions=actions,
        blocked=blocked,
        facts=_facts(view),
        duty=_duty(view),
        agenda=_agenda(view),
        agenda_length=f"{count(len(view.agenda), 'point')}, {_hours(sum(point.minutes for point in view.agenda))}",
        attendance=[_attendance_row(row) for row in view.invitations],
        attendance_counts=_counts(view) if scope.everything else "",
        attendance_columns=[Column("Institution"), Column("Siège"), Column("Présence")],
        agenda_columns=[Column("Point"), Column("Rapporteur"), Column("Durée", num=True)],
        decisions=_decisions(view),
        decision_columns=[Column("Décision"), Column("Nature"), Column("Suivi par"), Column("Échéance")],
        history=[Entry(past.at, past.sentence) for past in view.history],
        **given,
    )


def _steps(view: MeetingView) -> list[Step]:
    moments = [
        ("Planifiée", view.scheduled_at),
        ("Convoquée", view.convened_at),
        ("En séance", view.opened_at),
        ("Tenue", view.closed_at if view.state in HELD else None),
    ]
    reached = max(index for index, (_, moment) in enumerate(moments) if moment is not None)
    steps = []
    for index, (label, moment) in enumerate(moments):
        status = "done" if index < reached else "now" if index == reached else "next"
        expected = f"prévue le {short_date(view.starts_at)}" if label == "En séance" else ""
        steps.append(Step(label, status, short_date(moment) if moment else expected))  # type: ignore[arg-type]
    return steps


def _duty(view: MeetingView) -> dict[str, str] | None:
    if view.body_kind is not BodyKind.PLENARY or view.annual_duty_met is None:
        return None
    if view.annual_duty_met:
        text = "Le préfet et le procureur étaient présents, ou représentés par des personnes spécialement désignées."
        return {"lead": "Obligation annuelle remplie.", "text": text, "tone": "done"}
    text = "Un membre de droit n'était ni présent, ni représenté par une personne spécialement désignée."
    return {"lead": "Obligation annuelle non remplie.", "text": text, "tone": "risk"}


def _facts(view: MeetingView) -> list[Fact]:
    facts = [Fact("Lieu", view.place), Fact("Durée prévue", _hours(view.duration_minutes))]
    if view.postponed_from is not None:
        note = CHANGE_REASONS[view.change_reason] if view.change_reason else ""
        facts.append(Fact("Prévue d'abord", full_datetime(view.postponed_from), note=note))
    if view.state is MeetingState.CANCELLED and view.change_reason and view.closed_at:
        facts.append(Fact("Annulée le", full_date(view.closed_at), note=CHANGE_REASONS[view.change_reason]))
    if view.convened_at is None:
        facts.append(Fact("Convocation", "Préparée, pas encore envoyée" if view.prepared_at else "Pas encore préparée"))
    else:
        facts.append(Fact("Convoquée le", full_date(view.convened_at), note=_notice(view, view.convened_at)))
    if view.reason is not None:
        facts.append(Fact("Réunion demandée par", CONVENING_REASONS[view.reason]))
    return facts


def _notice(view: MeetingView, convened_at: datetime) -> str:
    """What members were given; the date before a move, for that is what the letter said."""
    given = notice_given(view.postponed_from or view.starts_at, now=convened_at)
    required = rules.notice_days(view.body_kind, on=today(convened_at))
    return f"{count(given, 'jour')} avant (minimum {required})"


def _agenda(view: MeetingView) -> list[list[Cell | str]]:
    return [
        [
            Cell(f"{number}. {point.title}", note=AGENDA_NOTES[point.kind]),
            point.rapporteur or "Pas encore désigné",
            f"{point.minutes}\u00a0min",
        ]
        for number, point in enumerate(view.agenda, start=1)
    ]


def _attendance_row(row: InvitationView) -> list[Cell | str]:
    note = ""
    if row.presence is Presence.REPRESENTED and row.represented_by:
        note = f"par {row.represented_by}"
    if row.representative and row.mandated_on:
        day = short_date(row.mandated_on)
        note = f"{note or row.representative}, pouvoir donné le {day}"
    state = presence(row.presence, row.feminine) if row.presence else None
    text = "" if state or note else "Pas encore relevée"
    return [row.name, seat(row.seat, row.feminine), Cell(text, note=note, state=state)]


def _counts(view: MeetingView) -> str:
    words = {
        Presence.PRESENT: ("présent", "présents"),
        Presence.REPRESENTED: ("représenté", "représentés"),
        Presence.EXCUSED: ("excusé", "excusés"),
        Presence.ABSENT: ("absent", "absents"),
    }
    told = [count(number, *words[code]) for code, number in view.attendance.items() if number]
    if told or not view.invitations:
        return ", ".join(told)
    return count(len(view.invitations), "institution convoquée", "institutions convoquées")


def _decisions(view: MeetingView) -> list[list[str]]:
    return [
        [
            found.text,
            DECISION_KINDS[found.kind],
            found.owner,
            full_date(found.due_on) if found.due_on else "sans échéance",
        ]
        for found in view.decisions
    ]


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}\u00a0min"
    return f"{hours}\u00a0h" + (f"\u00a0{rest:02}" if rest else "")
