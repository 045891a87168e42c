"""The dated rules of the council as the domain asks for them. Source: reference/rules.toml."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import cast

from schemas.events.bodies import BodyKind, InstitutionKind
from schemas.events.meetings import AgendaKind
from services.chassis.reference import Reference
from services.meetings.domain.convening import ConveningRules
from services.meetings.domain.obligations import Cadence

_RULES = Reference.load(Path(__file__).parent / "reference" / "rules.toml")


def notice_days(kind: BodyKind, *, on: date) -> int:
    """Days that members are owed between a convening on that day and the meeting."""
    return cast(int, _RULES.value(f"notice_days.{kind}", on=on))


def horizon_months(*, on: date) -> int:
    """How many months ahead a meeting may be planned."""
    return cast(int, _RULES.value("horizon_months", on=on))


def convening_rules(kind: BodyKind, *, on: date) -> ConveningRules:
    """What a convening of that formation must respect on that day."""
    return ConveningRules(
        notice_days=notice_days(kind, on=on),
        horizon_months=horizon_months(on=on),
        mandatory_items=[AgendaKind(item) for item in _RULES.value(f"mandatory_items.{kind}", on=on)],
    )


def annual_duty_kinds(*, on: date) -> list[InstitutionKind]:
    """Whose attendance at the plenary the law asks for."""
    return [InstitutionKind(kind) for kind in _RULES.value("annual_duty.institutions", on=on)]


def required_signatories(*, on: date) -> list[InstitutionKind]:
    """Whose signature an action plan needs."""
    return [InstitutionKind(kind) for kind in _RULES.value("plan.signatories", on=on)]


def cadence(kind: BodyKind, *, on: date) -> Cadence:
    """How often a body of that formation must meet."""
    warning = cast(int, _RULES.value("cadence_warning_days", on=on))
    if kind is BodyKind.GROUP:
        return Cadence(days_between=_RULES.value(f"days_between.{kind}", on=on), warning_days=warning)
    return Cadence(meetings_a_year=_RULES.value(f"meetings_a_year.{kind}", on=on), warning_days=warning)
