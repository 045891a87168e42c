"""One recall: state, acts, deadlines, report, history; the person masked until a reason is given."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from starlette.datastructures import FormData
from starlette.responses import Response

from schemas.events.cases import RecallState
from services.cases import rights
from services.cases.domain.access import ReadingReason, reasons_of
from services.cases.domain.days import day_of
from services.cases.domain.recall import Recall
from services.cases.pages.acts import sort_out
from services.cases.pages.deadlines import deadline_facts, steps
from services.cases.pages.opened import opened_facts
from services.cases.pages.recall_acts import acts_of
from services.cases.pages.told import history_entries, next_steps, report_facts
from services.cases.pages.words import AGE_BANDS, REASONS, RECALL_STATES, REPORTED_BY, commune_name, motive_label
from services.cases.person import OpenedCase
from services.cases.queries import access_log
from services.cases.queries import recalls as queries
from services.cases.summons_letters import open_summons_letter
from services.cases.use_cases.read_identity import IdentityReading, ReadIdentity
from services.chassis.errors import NotFound, NotSignedIn, Refusal
from services.chassis.french import count, short_date
from services.chassis.http import Look, Routes
from services.chassis.web import Fact, Option, page
from services.chassis.web.forms import FormState, parse

routes = Routes()
ADDRESS = "/dossiers/rappels/{case_id}"
NO_STORE = {"Cache-Control": "no-store"}
LETTER_STATES = frozenset({RecallState.SUMMONED, RecallState.NO_SHOW})


@dataclass(frozen=True)
class Opened:
    """What a reading shows, and for which reason."""

    reason: str
    facts: list[Fact]
    opens_facts: bool


@routes.page(ADDRESS, allow=rights.READERS)
async def recall_page(look: Look, case_id: UUID) -> Response:
    return await show_recall(look, case_id, FormState.blank())


@routes.form(f"{ADDRESS}/identite", allow=rights.IDENTITY_READERS)
async def read_identity_form(look: Look, case_id: UUID) -> Response:
    """Shows the person, once the reading is in the access log; the page is not stored and has no address."""
    form = FormState.posted(look.form or FormData(), "L’identité reste masquée")
    reading = IdentityReading()
    try:
        command = parse(form.typed, ReadIdentity, {"reason": "Indiquez pourquoi vous avez besoin de l’identité."})
        await look.perform(reading.read_identity, case_id, command, command_id=uuid4())
    except (NotFound, NotSignedIn):
        raise
    except Refusal as refusal:
        form.refuse(refusal, {"reason"})
        return await show_recall(look, case_id, form)
    return await show_recall(look, case_id, FormState.blank(), _opened(look, command.reason, reading))


@routes.form(f"{ADDRESS}/convocation.pdf", allow=rights.TOWN_HALL)
async def letter_form(look: Look, case_id: UUID) -> Response:
    """The letter of summons, once its opening is in the access log."""
    form = FormState.posted(look.form or FormData(), "La lettre n’a pas été ouverte")
    try:
        return await open_summons_letter(look, case_id)
    except (NotFound, NotSignedIn):
        raise
    except Refusal as refusal:
        form.refuse(refusal, set())
        return await show_recall(look, case_id, form)


def _opened(look: Look, reason: ReadingReason, reading: IdentityReading) -> Opened:
    opened = OpenedCase.of(reading.opened)
    label = REASONS[reason]
    return Opened(
        reason=label[:1].lower() + label[1:],
        facts=opened_facts(opened, day_of(look.now)),
        opens_facts=opened.narrative is not None,
    )


async def show_recall(look: Look, case_id: UUID, form: FormState, opened: Opened | None = None) -> Response:
    """The page of a case, with the refusal in `form` if there is one, and what was opened."""
    case = await queries.recall(look.tx, look.by, case_id)
    actions, blocked = sort_out(acts_of(case, look.now), look.by)
    readings, last = await access_log.readings_of(look.tx, case_id)
    today = day_of(look.now)
    return page(
        look,
        "recall.html",
        headers=NO_STORE,
        title=case.number,
        over=f"Rappel à l’ordre, commune de {commune_name(case.commune, today)}",
        state=RECALL_STATES[case.state],
        lead=_lead(look, case),
        steps=steps(case),
        actions=actions,
        blocked=blocked,
        deadlines=deadline_facts(case, look.now),
        address=f"/dossiers/rappels/{case_id}",
        form=form,
        summary=_summary(look, case),
        reasons=[Option(reason, REASONS[reason]) for reason in reasons_of(look.by)],
        opened=opened,
        read_at=look.now,
        readings=_readings(readings, short_date(last) if last else ""),
        reads_log=look.by.has(*rights.OFFICERS),
        report=report_facts(case, look.now, opened is not None and opened.opens_facts),
        next_steps=next_steps(case),
        letter=case.state in LETTER_STATES and look.by.has(*rights.TOWN_HALL),
        summoned_on=short_date(case.summoned_at) if case.summoned_at else "",
        history=history_entries(await queries.history_of(look.tx, case_id)),
    )


def _lead(look: Look, case: Recall) -> str:
    age = "personne mineure" if case.minor else "personne majeure"
    return f"{motive_label(case.motive, day_of(look.now))}, {age}, {REPORTED_BY[case.origin]}"


def _summary(look: Look, case: Recall) -> str:
    age = "Personne mineure" if case.minor else "Personne majeure"
    return f"{age}, {AGE_BANDS[case.age_band]} au jour du signalement."


def _readings(number: int, last: str) -> str:
    return f"{count(number, 'consultation')}, dernière le {last}" if number else "aucune consultation"
