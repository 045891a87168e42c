"""The dated rules behind the figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from services.chassis.reference import Reference

_RULES = Reference.load(Path(__file__).parent / "reference" / "rules.toml")

SMALL_COMMUNES = "small-communes"


def rule(name: str, year: int) -> Any:
    """The value in force at the end of `year`: the day its figures are closed."""
    return _RULES.value(name, on=date(year, 12, 31))


def smallest(year: int) -> int:
    """The lowest count of people that is shown as it is."""
    return int(rule("disclosure.smallest", year))


def motives(year: int) -> dict[str, str]:
    """Motives of a recall and their French names; OTHER gathers what the list does not know."""
    return dict(rule("motives", year))


def commune_groups(year: int) -> dict[str, str]:
    """The groups communes are published in: the code of a large one or SMALL_COMMUNES, and the French name."""
    limit = rule("disclosure.smallest_commune", year)
    large = {each["code"]: each["name"] for each in rule("communes", year) if each["population"] >= limit}
    return large | {SMALL_COMMUNES: f"Communes de moins de {limit // 1000} 000 habitants, ou autres"}


def max_days_between(kind: str, year: int) -> int:
    """The longest time between two meetings of a body of this kind."""
    return int(rule(f"cadence.{kind}.max_days", year))
