"""The convening form: the secretariat prepares the letter, the presidency reads it again and sends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field
from starlette.responses import Response

from schemas.events.bodies import BodyKind
from schemas.events.meetings import ConveningReason
from services.chassis import french
from services.chassis.calendar import today
from services.chassis.errors import Refusal
from services.chassis.http import Look, Routes
from services.chassis.web import Message, page
from services.chassis.web.forms import FormState, parse, submit
from services.meetings import rules
from services.meetings.domain.body import Body
from services.meetings.domain.convening import ConveningRules, convene, prepare
from services.meetings.domain.meeting import Meeting
from services.meetings.domain.notice import ensure_notice, first_lawful_start
from services.meetings.pages.words import AGENDA_KINDS, CONVENING_REASONS, meeting_of, options, the_body
from services.meetings.queries.meetings import read_meeting
from services.meetings.store.bodies import find_body
from services.meetings.texts import Line
from services.meetings.use_cases.convene_meeting import ConveneMeeting, convene_meeting
from services.meetings.use_cases.prepare_convening import AgendaItem, prepare_convening
from services.meetings.visibility import PRESIDENCY, SECRETARIAT, scope_of

routes = Routes()
ADDRESS = "/conseil/reunions/{meeting_id}/convoquer"
SAYS = {
    "place": "Indiquez le lieu de la réunion.",
    "subject": "Indiquez l'objet public de la réunion.",
    "reason": "Indiquez qui demande la réunion.",
    "agenda": "Indiquez au moins un point à l'ordre du jour.",
    "agenda.title": "Indiquez l'intitulé du point {n}.",
    "agenda.minutes": "La durée du point {n} doit être un nombre de minutes, par exemple 30.",
    "agenda.kind": "Choisissez la nature du point {n}.",
}


class WholeLetter(ConveneMeeting):
    """The form says everything: nothing is taken over in silence from what was planned."""

    subject: Line
    starts_at: AwareDatetime
    place: Line
    reason: ConveningReason
    agenda: list[AgendaItem] = Field(max_length=40)


@dataclass(frozen=True)
class _Case:
    """What the form is about, and whose hand holds the pen."""

    meeting: Meeting
    body: Body
    rules: ConveningRules
    sends: bool

    def try_out(self, command: WholeLetter, now: datetime) -> Meeting:
        """The meeting as the act would leave it. Raises its refusal."""
        letter = command.letter(self.meeting)
        decide = convene if self.sends else prepare
        return decide(self.meeting, self.body, letter, rules=self.rules, now=now).state


@routes.page(ADDRESS, allow=SECRETARIAT | PRESIDENCY)
async def convening_page(look: Look, meeting_id: UUID) -> Response:
    """The form, filled with what is planned or prepared."""
    case = await _case(look, meeting_id)
    return _show(look, case, FormState.blank(_planned(case.meeting)))


@routes.form(ADDRESS, allow=SECRETARIAT | PRESIDENCY)
async def convening_form(look: Look, meeting_id: UUID) -> Response:
    """Prepares the letter, or shows it once more before sending it."""
    assert look.form is not None
    case = await _case(look, meeting_id)
    form = FormState.posted(look.form, "La convocation n'est pas prête")
    if form.edit:
        return _show(look, case, form)
    if form.version not in (None, case.meeting.version):
        # Written over an older letter: that is told before any rule, and before the letter is read once more.
        return await _submit(look, case)
    checked = _check(look, case, form)
    if checked is None:
        return _show(look, case, form)
    if case.sends and not form.checked:
        return _show_letter(look, checked, form)
    return await _submit(look, case)


async def _case(look: Look, meeting_id: UUID) -> _Case:
    meeting = await read_meeting(look.tx, scope_of(look.by), meeting_id)
    body = await find_body(look.tx, meeting.body_id)
    in_force = rules.convening_rules(meeting.body_kind, on=today(look.now))
    return _Case(meeting, body, in_force, look.by.has(*PRESIDENCY))


def _check(look: Look, case: _Case, form: FormState) -> Meeting | None:
    """The meeting as it would be, or None with every refusal placed in the form."""
    known = set(WholeLetter.model_fields)
    try:
        return case.try_out(parse(form.typed, WholeLetter, SAYS), look.now)
    except Refusal as refusal:
        form.refuse(refusal, known)
    try:
        _check_notice(look, case, form)
    except Refusal as refusal:
        form.refuse(refusal, known)
    return None


def _check_notice(look: Look, case: _Case, form: FormState) -> None:
    """The notice is told together with the other faults, and not after they are mended."""
    try:
        day = french.parse_date(form.value("starts_at.date"))
        starts_at = french.moment(day, french.parse_time(form.value("starts_at.time")))
    except french.Unreadable:
        return
    if case.sends:
        ensure_notice(starts_at, kind=case.meeting.body_kind, days=case.rules.notice_days, now=look.now)


async def _submit(look: Look, case: _Case) -> Response:
    members = french.count(len(case.body.members), "institution est convoquée", "institutions sont convoquées")
    sent = Message("La réunion est convoquée.", french.capital(members) + " ; les lettres partent.")
    handed = Message("La convocation est transmise à la présidence.", "Rien n'est encore envoyé aux membres.")

    async def again(form: FormState) -> Response:
        return _show(look, await _case(look, case.meeting.id), form)

    return await submit(
        look,
        convene_meeting if case.sends else prepare_convening,
        WholeLetter,
        target=case.meeting.id,
        show=again,
        then=f"/conseil/reunions/{case.meeting.id}",
        message=sent if case.sends else handed,
        headline="La convocation n'est pas prête",
        says=SAYS,
    )


def _show(look: Look, case: _Case, form: FormState) -> Response:
    meeting, days = case.meeting, case.rules.notice_days
    first = first_lawful_start(meeting.starts_at, days=days, now=look.now)
    return page(
        look,
        "convening.html",
        title="Convoquer la réunion" if case.sends else "Préparer la convocation",
        over=meeting_of(meeting.body_kind, meeting.body_name),
        back=f"/conseil/reunions/{meeting.id}",
        form=form.beside(_stored(meeting)),
        version=meeting.version,
        sends=case.sends,
        first_lawful=french.full_date(first),
        notice=french.count(days, "jour"),
        members=french.count(len(case.body.members), "destinataire"),
        reasons=options(CONVENING_REASONS),
        kinds=options(AGENDA_KINDS) if meeting.body_kind is BodyKind.PLENARY else [],
    )


def _planned(meeting: Meeting) -> dict[str, Any]:
    return {
        "starts_at": meeting.starts_at,
        "place": meeting.place,
        "subject": meeting.subject,
        "reason": meeting.reason or ConveningReason.PRESIDENT,
        "agenda": list(meeting.agenda),
    }


def _stored(meeting: Meeting) -> dict[str, Any]:
    """Without the reason that the form proposes while none was written."""
    return {name: value for name, value in _planned(meeting).items() if name != "reason" or meeting.reason}


def _show_letter(look: Look, convened: Meeting, form: FormState) -> Response:
    return page(
        look,
        "convening_letter.html",
        title="Relire avant d’envoyer",
        over=meeting_of(convened.body_kind, convened.body_name),
        form=form,
        meeting=convened,
        the_body=the_body(convened.body_kind, convened.body_name),
        recipients=[invitation.name for invitation in convened.invitations],
        reason=CONVENING_REASONS[convened.reason or ConveningReason.PRESIDENT],
    )
