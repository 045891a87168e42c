"""The attendance sheet: one row an institution, one form, one button."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from starlette.responses import Response

from schemas.events.bodies import BodyKind, InstitutionKind
from services.chassis.errors import NotFound, NotSignedIn, Refusal
from services.chassis.french import count, full_datetime, hour
from services.chassis.http import Look, Routes
from services.chassis.web import Attendance, Message, Option, page
from services.chassis.web.forms import FormState, done, parse
from services.meetings import rules
from services.meetings.domain.annual_duty import lacking
from services.meetings.domain.meeting import Invitation, Meeting
from services.meetings.pages.words import PRESENCES, meeting_of, meeting_state, seat
from services.meetings.queries.meetings import read_meeting
from services.meetings.use_cases.record_attendance import RecordAttendance, record_attendance
from services.meetings.visibility import SECRETARIAT, scope_of

routes = Routes()
ADDRESS = "/conseil/reunions/{meeting_id}/presences"
LACKING = {InstitutionKind.PREFECTURE: "la préfecture", InstitutionKind.PROSECUTION: "le parquet"}
SAYS = {"attendance.presence": "Indiquez la présence.", "attendance": "Relevez au moins une institution."}


@routes.page(ADDRESS, allow=SECRETARIAT)
async def attendance_page(look: Look, meeting_id: UUID) -> Response:
    """The sheet with what is recorded so far."""
    return await _show(look, meeting_id, FormState.blank())


@routes.form(ADDRESS, allow=SECRETARIAT)
async def attendance_form(look: Look, meeting_id: UUID) -> Response:
    """Records the rows that are filled; the others stay as they are."""
    assert look.form is not None
    form = FormState.posted(look.form, "Les présences ne sont pas enregistrées")
    filled = [row for row in form.rows("attendance", least=0) if form.value(f"{row}.presence")]
    typed = {name: texts for name, texts in form.typed.items() if name.rsplit("-", 1)[0] in filled}
    try:
        command = parse(typed, RecordAttendance, SAYS)
        await look.perform(
            record_attendance, meeting_id, command, command_id=form.command_id, expected_version=form.version
        )
    except (NotFound, NotSignedIn):
        raise
    except Refusal as refusal:
        refusal.field = _row_field(refusal.field, filled)
        form.refuse(refusal, {"attendance"})
        return await _show(look, meeting_id, form)
    told = Message(
        "Les présences sont enregistrées.", f"{count(len(filled), 'institution relevée', 'institutions relevées')}."
    )
    return done(look, f"/conseil/reunions/{meeting_id}/presences", told)


def _row_field(field: str | None, filled: list[str]) -> str | None:
    """« attendance.1.represented_by » counts the rows that were sent; the form counts all of them."""
    parts = (field or "").split(".")
    if len(parts) == 3 and parts[1].isdecimal():
        return f"{filled[int(parts[1])]}.{parts[2]}"
    return field


async def _show(look: Look, meeting_id: UUID, form: FormState) -> Response:
    meeting = await read_meeting(look.tx, scope_of(look.by), meeting_id)
    invited = [str(invitation.institution_id) for invitation in meeting.invitations]
    numbers = form.numbers("attendance", "institution_id", invited).values()
    return page(
        look,
        "attendance.html",
        title="Feuille de présence",
        over=f"{meeting_of(meeting.body_kind, meeting.body_name)} du {full_datetime(meeting.starts_at)}",
        back=f"/conseil/reunions/{meeting_id}",
        state=meeting_state(meeting.state, meeting.postponed_from),
        form=form.beside(_stored(meeting, numbers)),
        meeting=meeting,
        duty=_duty(meeting),
        rows=list(map(_row, numbers, meeting.invitations)),
    )


def _stored(meeting: Meeting, numbers: Iterable[int]) -> dict[str, object]:
    """The rows as the sheet numbers and fills them."""
    rows = ({"presence": each.presence, "represented_by": _proxy(each)} for each in meeting.invitations)
    return {"attendance": {str(number): row for number, row in zip(numbers, rows, strict=True)}}


def _proxy(invitation: Invitation) -> str:
    mandate = invitation.mandate
    return invitation.represented_by or (f"{mandate.holder}, {mandate.capacity}" if mandate else "")


def _row(number: int, invitation: Invitation) -> Attendance:
    saved = f"Enregistré à {hour(invitation.recorded_at)}" if invitation.recorded_at else ""
    return Attendance(
        name=f"attendance-{number}",
        institution=invitation.name,
        seat=seat(invitation.seat, invitation.feminine),
        options=[Option(code, words[invitation.feminine]) for code, words in PRESENCES.items()],
        chosen=invitation.presence or "",
        saved=saved,
        proxy=_proxy(invitation),
        hidden={"institution_id": str(invitation.institution_id)},
        status_field="presence",
        proxy_field="represented_by",
    )


def _duty(meeting: Meeting) -> dict[str, str]:
    """What stands above the sheet: how many rows are recorded, and what the annual duty still lacks."""
    recorded = sum(invitation.presence is not None for invitation in meeting.invitations)
    told = f"{count(recorded, 'institution relevée', 'institutions relevées')} sur {len(meeting.invitations)}."
    if meeting.body_kind is not BodyKind.PLENARY:
        return {"lead": "", "text": told, "tone": "plain"}
    missing = lacking(meeting, rules.annual_duty_kinds(on=meeting.day))
    if not missing:
        text = f"{told} Les membres de droit sont présents, ou représentés par des personnes spécialement désignées."
        return {"lead": "Obligation annuelle : remplie.", "text": text, "tone": "done"}
    names = " et ".join(LACKING[kind] for kind in missing)
    return {"lead": f"Obligation annuelle : il manque {names}.", "text": told, "tone": "risk"}
