"""The delays and numbers that a rappel à l'ordre obeys, as in force on a day. Source: reference/rules.toml."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RecallRules:
    """Days are calendar days. `summonses_max` counts letters: after as many absences the recall is let go by."""

    screening_days: int
    summons_notice_days: int
    summonses_max: int
    first_follow_up_months: int
    second_follow_up_months: int
