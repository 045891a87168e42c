"""The year's recalls as published: what was reported, rejected, heard and closed, decided as one publication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.reporting.domain.disclosure import Number, Shown, publish
from services.reporting.domain.tables import TOTAL, Population


@dataclass(frozen=True)
class RecallCounts:
    """True counts of one year. Every row that could occur is there, zeros too: a missing row would tell."""

    reported: int
    rejected_by_reason: Mapping[str, int]
    heard_by_month: Mapping[str, int]
    heard_by_motive: Mapping[str, int]
    heard_by_commune: Mapping[str, int]
    closed_by_outcome: Mapping[str, int]


@dataclass(frozen=True)
class RecallFigures:
    """What may be shown of them."""

    reported: Shown
    rejected: Shown
    heard: Shown
    closed: Shown
    rejected_by_reason: dict[str, Shown]
    heard_by_month: dict[str, Shown]
    heard_by_motive: dict[str, Shown]
    heard_by_commune: dict[str, Shown]
    closed_by_outcome: dict[str, Shown]


def publish_recalls(counts: RecallCounts, smallest: int) -> RecallFigures:
    """Decides what may be shown.

    A report ends in a rejection or a hearing, or is pending; a hearing leads to a closure, or is followed up. Pending
    and followed up are not published but tie the totals: « 23 reported, 22 heard » says that at most one was rejected.
    """
    rejected = Population("rejected", "in", "out").by("reason", counts.rejected_by_reason)
    heard = (
        Population("heard", "in", "heard")
        .by("month", counts.heard_by_month)
        .by("motive", counts.heard_by_motive)
        .by("commune", counts.heard_by_commune)
    )
    closed = Population("closed", "heard", "out").by("outcome", counts.closed_by_outcome)
    pending = counts.reported - rejected.total - heard.total
    shown = publish(
        {
            ("reported", TOTAL): Number(counts.reported, "out", "in", 1000),
            "pending": Number(pending, "in", "out", unpublished=True),
            "followed up": Number(heard.total - closed.total, "heard", "out", unpublished=True),
            **rejected.numbers(),
            **heard.numbers(),
            **closed.numbers(),
        },
        smallest,
    )
    return RecallFigures(
        reported=shown["reported", TOTAL],
        rejected=shown["rejected", TOTAL],
        heard=shown["heard", TOTAL],
        closed=shown["closed", TOTAL],
        rejected_by_reason={row: shown["reason", row] for row in counts.rejected_by_reason},
        heard_by_month={row: shown["month", row] for row in counts.heard_by_month},
        heard_by_motive={row: shown["motive", row] for row in counts.heard_by_motive},
        heard_by_commune={row: shown["commune", row] for row in counts.heard_by_commune},
        closed_by_outcome={row: shown["outcome", row] for row in counts.closed_by_outcome},
    )
