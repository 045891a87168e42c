"""Report facts to the mayor: a case opens, and everything about the person is sealed at once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from schemas.events.cases import Origin
from schemas.events.statistics import RecallStage
from services.cases import counting, history, reference, store
from services.cases.domain.access import SealedField
from services.cases.domain.competence import check_commune
from services.cases.domain.days import day_of
from services.cases.domain.recall import Recall
from services.cases.domain.screening import Report, check_report
from services.cases.domain.screening import report_recall as open_case
from services.cases.person import Person, Representative, sealed_fields
from services.cases.sealed_identity import seal_fields
from services.cases.texts import Insee, Line, MotiveCode, Prose
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class ReportRecall(Command):
    """Report facts that may call for a rappel à l'ordre. Person, place and narrative are encrypted on arrival."""

    commune: Insee = Field(description="INSEE code of the commune whose mayor is competent.")
    origin: Origin = Field(description="Kind of body that reports; a resident reports through the municipal police.")
    motive: MotiveCode
    facts_on: date = Field(description="Day of the facts.")
    place: Line = Field(description="Place of the facts.", repr=False)
    narrative: Prose = Field(description="What happened, in facts.", repr=False)
    person: Person = Field(repr=False)
    representatives: tuple[Representative, ...] = Field(
        default=(), max_length=4, description="Legal representatives of a minor, when known.", repr=False
    )


async def report_recall(case_id: UUID, command: ReportRecall, act: Act) -> Decision[Recall]:
    """Raises OutsideCommune, UnknownMotive, FactsInTheFuture or BirthDateImpossible."""
    check_commune(act.by, command.commune)
    today = day_of(act.now)
    report = Report(
        case_id=case_id,
        commune=command.commune,
        origin=command.origin,
        motive=command.motive,
        facts_on=command.facts_on,
        birth_date=command.person.birth_date,
        representatives=len(command.representatives),
    )
    check_report(report, known_motives=reference.motives(today), today=today)
    number = await store.next_number(act.tx, command.commune, today.year)
    decision = open_case(report, number=number, rules=reference.recall_rules(today), now=act.now)
    await store.save_recall(act.tx, decision.state)
    await seal_fields(act, case_id, sealed_fields(command.person, command.representatives) | _facts(command))
    await history.keep(act, decision)
    await counting.count(act, RecallStage.REPORTED, decision.state)
    return decision


def _facts(command: ReportRecall) -> dict[SealedField, str]:
    return {
        SealedField.FACTS_ON: command.facts_on.isoformat(),
        SealedField.PLACE: command.place,
        SealedField.NARRATIVE: command.narrative,
    }
