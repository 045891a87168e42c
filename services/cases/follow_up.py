"""Reviews of the effect of a recall, set when it is spoken and again when a stopped case goes on."""

from __future__ import annotations

from services.cases import reference
from services.cases.domain.days import day_of, months_after
from services.cases.domain.recall import Recall
from services.chassis import timers
from services.chassis.act import Act
from services.chassis.calendar import morning


async def schedule_reviews(act: Act, case: Recall) -> None:
    """Sets the timers of the reviews of a case that was heard and are not known to be due."""
    if case.held_on is None:
        return
    rules = reference.recall_rules(day_of(act.now))
    for rank, months in enumerate((rules.first_follow_up_months, rules.second_follow_up_months), start=1):
        due_on = months_after(case.held_on, months)
        if case.reviews_due < rank:
            await timers.schedule(
                act.tx,
                "recall-follow-up",
                key=f"{case.id}:{rank}",
                due=morning(due_on),
                payload={"rank": rank, "due_on": due_on.isoformat()},
                correlation_id=act.correlation_id,
            )
