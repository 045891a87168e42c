"""What a benchmark is, and in which order its arms are run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from benchmarks.harness.figures import Figures


@dataclass(frozen=True)
class Arm:
    """One of the things compared. `missing` says why it cannot run on this machine, None when it can."""

    name: str
    missing: Callable[[], str | None] = lambda: None


@dataclass(frozen=True)
class Aim:
    """`figure` of `arm` divided by that of `against` (or by `than`, a number) must reach or not exceed `bound`.

    `against_case` compares with another case of the same or the other arm; `case` None means every case. `why` explains
    a miss; it is shown only beside one.
    """

    figure: str
    arm: str
    bound: float
    at_least: bool
    against: str | None = None
    against_case: str | None = None
    case: str | None = None
    why: str = ""


@dataclass(frozen=True)
class Step:
    """One measurement: numbered from 1 by round."""

    round: int
    case: str
    arm: str


Measure = Callable[[Any, Any, Step], Awaitable[Figures]]
Prepare = Callable[[Any], AbstractAsyncContextManager[Any]]


@asynccontextmanager
async def nothing(bench: Any) -> AsyncIterator[None]:
    yield None


@dataclass(frozen=True)
class Benchmark:
    """`figures` maps each figure's name to its unit, in the order of the table's columns; others stay in the JSON."""

    name: str
    title: str
    arms: Sequence[Arm]
    cases: Sequence[str]
    figures: Mapping[str, str]
    measure: Measure
    prepare: Prepare = nothing
    aims: Sequence[Aim] = ()
    notes: Sequence[str] = ()
    skip: Callable[[str, str], bool] = field(default=lambda case, arm: False)
    servers: bool = True


def steps(rounds: int, cases: Sequence[str], arms: Sequence[str]) -> Iterator[Step]:
    """All measurements, arms next to one another within a case, each round beginning with another arm.

    Arms run one after the other within seconds, so that a slow minute of the machine is shared by all; no arm is
    always the first or the last.
    """
    for number in range(rounds):
        turn = number % len(arms) if arms else 0
        for case in cases:
            for arm in [*arms[turn:], *arms[:turn]]:
                yield Step(number + 1, case, arm)
