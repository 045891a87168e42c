"""The council year: data files of what is done, and the player that does it through the public API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from deploy.local.year.model import Step
from deploy.local.year.playing import Outcome, Player
from deploy.local.year.script import PARIS, steps
from deploy.local.year.showing import Show

AFTERWARDS = datetime(2018, 1, 8, 9, tzinfo=PARIS)
"""Where the clock is left: the year is closed, its figures are published."""

Between = Callable[[int, Step], Awaitable[None]]


async def play(stack: Any, *, once: bool, patience: float = 30.0, between: Between | None = None) -> list[str]:
    """Plays the year on a running stack; in words what was not seen, or seen twice: nothing when all is well.

    With `once` a summary table follows. `between` is awaited before each step with its number from 0.
    """
    player, show, outcomes = Player(stack, patience=patience), Show(), list[Outcome]()
    for place, step in enumerate(steps()):
        if between is not None:
            await between(place, step)
        show.before(step)
        outcomes.append(await player.play(step))
        show.after(outcomes[-1])
    stack.clock.move_to(AFTERWARDS)
    missing = [f"{outcome.step.title} : {each}" for outcome in outcomes for each in outcome.missing]
    missing += await player.verify()
    if once:
        show.summary(outcomes, missing)
    return missing
