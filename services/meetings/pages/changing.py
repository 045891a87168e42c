"""Moving and cancelling a meeting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.responses import Response

from services.chassis.calendar import today
from services.chassis.french import count, full_date, full_datetime
from services.chassis.http import Look, Routes
from services.chassis.web import Fact, Message, page
from services.chassis.web.forms import FormState, submit
from services.meetings import rules
from services.meetings.domain.meeting import Meeting, MeetingState
from services.meetings.domain.notice import first_lawful_start
from services.meetings.pages.words import CHANGE_REASONS, meeting_of, options
from services.meetings.queries.meetings import read_meeting
from services.meetings.use_cases.cancel_meeting import CancelMeeting, cancel_meeting
from services.meetings.use_cases.reschedule_meeting import RescheduleMeeting, reschedule_meeting
from services.meetings.visibility import PRESIDENCY, SECRETARIAT, scope_of

routes = Routes()
MOVE = "/conseil/reunions/{meeting_id}/reporter"
CANCEL = "/conseil/reunions/{meeting_id}/annuler"
SAYS = {
    "reason": "Indiquez pourquoi la réunion change.",
    "place": "Indiquez le lieu de la réunion.",
    "understood": "Cochez la case pour confirmer.",
}


@routes.page(MOVE, allow=SECRETARIAT | PRESIDENCY)
async def move_page(look: Look, meeting_id: UUID) -> Response:
    """The form, filled with what is planned."""
    meeting = await _meeting(look, meeting_id)
    return _show_move(look, meeting, FormState.blank(_planned(meeting)))


@routes.form(MOVE, allow=SECRETARIAT | PRESIDENCY)
async def move_form(look: Look, meeting_id: UUID) -> Response:
    """Moves the meeting."""

    async def show(form: FormState) -> Response:
        return _show_move(look, await _meeting(look, meeting_id), form)

    return await submit(
        look,
        reschedule_meeting,
        RescheduleMeeting,
        target=meeting_id,
        show=show,
        then=f"/conseil/reunions/{meeting_id}",
        message=Message("La réunion est reportée.", "Les institutions convoquées en sont informées."),
        headline="La réunion n'est pas reportée",
        says=SAYS,
    )


@routes.page(CANCEL, allow=SECRETARIAT | PRESIDENCY)
async def cancel_page(look: Look, meeting_id: UUID) -> Response:
    """The question, with what will be lost."""
    return _show_cancel(look, await _meeting(look, meeting_id), FormState.blank())


@routes.form(CANCEL, allow=SECRETARIAT | PRESIDENCY)
async def cancel_form(look: Look, meeting_id: UUID) -> Response:
    """Gives the meeting up."""

    async def show(form: FormState) -> Response:
        return _show_cancel(look, await _meeting(look, meeting_id), form)

    return await submit(
        look,
        cancel_meeting,
        CancelMeeting,
        target=meeting_id,
        show=show,
        then=f"/conseil/reunions/{meeting_id}",
        message=Message("La réunion est annulée.", "Les institutions convoquées en sont informées."),
        headline="La réunion n'est pas annulée",
        says=SAYS,
    )


async def _meeting(look: Look, meeting_id: UUID) -> Meeting:
    return await read_meeting(look.tx, scope_of(look.by), meeting_id)


def _show_move(look: Look, meeting: Meeting, form: FormState) -> Response:
    hint = "Au format jj/mm/aaaa."
    if meeting.state is MeetingState.CONVENED:
        days = rules.notice_days(meeting.body_kind, on=today(look.now))
        first = first_lawful_start(meeting.starts_at, days=days, now=look.now)
        hint += f" Première date possible : le {full_date(first)}."
    return page(
        look,
        "move.html",
        title="Reporter la réunion",
        over=_over(meeting),
        back=f"/conseil/reunions/{meeting.id}",
        form=form.beside(_planned(meeting)),
        version=meeting.version,
        planned=full_datetime(meeting.starts_at),
        told=_told(meeting),
        reasons=options(CHANGE_REASONS),
        hint=hint,
    )


def _planned(meeting: Meeting) -> dict[str, Any]:
    return {"starts_at": meeting.starts_at, "place": meeting.place}


def _show_cancel(look: Look, meeting: Meeting, form: FormState) -> Response:
    return page(
        look,
        "cancel.html",
        title="Annuler cette réunion\u202f?",
        over=_over(meeting),
        back=f"/conseil/reunions/{meeting.id}",
        form=form,
        version=meeting.version,
        told=_told(meeting),
        facts=[
            Fact("Réunion", full_datetime(meeting.starts_at)),
            Fact("Instance", meeting.body_name),
            Fact("Objet", meeting.subject),
        ],
        reasons=options(CHANGE_REASONS),
    )


def _over(meeting: Meeting) -> str:
    return f"{meeting_of(meeting.body_kind, meeting.body_name)} du {full_datetime(meeting.starts_at)}"


def _told(meeting: Meeting) -> str:
    if meeting.state is not MeetingState.CONVENED:
        return "La réunion n'est pas encore convoquée : personne n'est à prévenir."
    convened = count(len(meeting.invitations), "institution convoquée", "institutions convoquées")
    return f"{convened} : chacune reçoit l'avis et son agenda est mis à jour."
