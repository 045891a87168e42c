"""What was done in a case, when and by which office. Nothing about the person."""

from __future__ import annotations

from services.chassis.act import Act
from services.chassis.decisions import Aggregate, Decision


async def keep(act: Act, decision: Decision[Aggregate], *, also: tuple[str, ...] = ()) -> None:
    """Adds one line per fact of the decision, and per act in `also` that is no fact for others."""
    acts = [type(fact).__name__ for fact in decision.events] + list(also)
    await act.tx.executemany(
        "insert into recall_history (case_id, at, act, by_name, by_title) values ($1, $2, $3, $4, $5)",
        [(decision.state.id, act.now, name, act.by.name, act.by.title) for name in acts],
    )
