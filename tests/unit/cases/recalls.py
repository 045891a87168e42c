"""Recalls at each step, made by the domain itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from schemas.events.cases import Origin
from services.cases.domain.hearing import Hearing, HeldBy, hold_hearing
from services.cases.domain.prosecution import clear_recall
from services.cases.domain.protocol import Protocol
from services.cases.domain.recall import Recall
from services.cases.domain.rules import RecallRules
from services.cases.domain.screening import Report, consult_prosecutor, report_recall
from services.cases.domain.summoning import issue_summons

NOW = datetime(2017, 1, 3, 8, 30, tzinfo=UTC)
RULES = RecallRules(
    screening_days=15, summons_notice_days=10, summonses_max=2, first_follow_up_months=3, second_follow_up_months=6
)
PROTOCOL = Protocol(
    id=uuid4(),
    commune="62193",
    prosecutor_office="Parquet de Boulogne-sur-Mer",
    signed_on=date(2016, 12, 7),
    valid_from=date(2016, 12, 7),
    valid_until=None,
    motives=frozenset({"TAPAGE"}),
    reply_days=15,
    silence_is_clearance=False,
)
HEARING = NOW + timedelta(days=13)
HELD = Hearing(held_on=HEARING.date(), held_by=HeldBy.MAYOR)


def reported(birth_date: date = date(1989, 5, 4), representatives: int = 0) -> Recall:
    report = Report(
        case_id=uuid4(),
        commune="62193",
        origin=Origin.MUNICIPAL_POLICE,
        motive="TAPAGE",
        facts_on=date(2017, 1, 1),
        birth_date=birth_date,
        representatives=representatives,
    )
    return report_recall(report, number="RAO-2017-0001", rules=RULES, now=NOW).state


def consulted(case: Recall | None = None) -> Recall:
    return consult_prosecutor(
        case or reported(), PROTOCOL, complaint_filed=False, investigation_under_way=False, now=NOW
    ).state


def cleared(case: Recall | None = None) -> Recall:
    return clear_recall(consulted(case), now=NOW).state


def summoned(case: Recall | None = None) -> Recall:
    return issue_summons(cleared(case), hearing_at=HEARING, place="Mairie", rules=RULES, now=NOW).state


def heard(case: Recall | None = None) -> Recall:
    return hold_hearing(summoned(case), HELD, rules=RULES, now=HEARING + timedelta(hours=1)).state
