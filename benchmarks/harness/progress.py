"""How far a run is and how long it will take: by what each measurement took when it was last made."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import fmean

from benchmarks.harness.plan import Step
from benchmarks.harness.results import Results

PREPARATION = Step(0, "preparation", "all")
# Where nothing was ever measured: about what a step takes.
UNKNOWN = 10.0
# A run's own speed is believed after so many seconds.
ENOUGH = 60.0

Place = tuple[str, Step]


@dataclass
class Progress:
    """Expected seconds of everything that is still to do; told what was done, it corrects itself by the run's speed."""

    left: dict[Place, float] = field(default_factory=dict)
    foreseen: float = 0.0
    spent: float = 0.0

    def expect(self, name: str, wanted: Iterable[Step], last: Results | None) -> None:
        """Adds a benchmark's steps and its preparation; `last` is what was measured of it before."""
        for step in (PREPARATION, *wanted):
            self.left[name, step] = expected(step, last)

    def done(self, name: str, step: Step, seconds: float) -> None:
        if (foreseen := self.left.pop((name, step), None)) is not None:
            self.foreseen += foreseen
            self.spent += seconds

    @property
    def seconds_left(self) -> float:
        speed = self.spent / self.foreseen if self.spent > ENOUGH and self.foreseen else 1.0
        return sum(self.left.values()) * speed

    def __str__(self) -> str:
        left = self.seconds_left
        share = self.spent / (self.spent + left) if left else 1.0
        ends = time.strftime("%H:%M", time.localtime(time.time() + left))
        return f"{share:.0%} of the run, {left / 60:.0f} min left, until about {ends}"


def expected(step: Step, last: Results | None) -> float:
    """Seconds, from the same measurement of other rounds, else from the others of its benchmark."""
    if last is None:
        return UNKNOWN
    if step == PREPARATION:
        return float(last.about.get("preparation_seconds", UNKNOWN))
    timed = [sample for sample in last.samples if "seconds" in sample]
    same = [sample["seconds"] for sample in timed if (sample["case"], sample["arm"]) == (step.case, step.arm)]
    return fmean(same or [sample["seconds"] for sample in timed] or [UNKNOWN])
