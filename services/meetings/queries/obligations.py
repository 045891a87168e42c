"""How each body stands with the meetings it owes."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from schemas.events.bodies import BodyKind
from services.chassis.act import Tx
from services.chassis.errors import NotFound
from services.chassis.french import local, typography
from services.meetings import rules
from services.meetings.domain.obligations import ObligationState, Record, assess
from services.meetings.visibility import Scope

_BODIES = """
select bodies.id, bodies.name, bodies.kind, bodies.effective_on,
       coalesce(array_agg(meetings.starts_at order by meetings.starts_at)
                filter (where meetings.state = 'held'), '{}') as held,
       coalesce(array_agg(meetings.starts_at order by meetings.starts_at)
                filter (where meetings.state in ('planned', 'convened', 'in-session')), '{}') as planned
from bodies left join meetings on meetings.body_id = bodies.id
where bodies.dissolved_on is null
  and ($1::boolean or exists (select from members where body_id = bodies.id and institution_id = $2))
group by bodies.id
order by array_position(array['plenary', 'restricted', 'group'], bodies.kind), bodies.name
"""


class ObligationView(BaseModel):
    body_id: UUID
    body_name: str
    body_kind: BodyKind
    state: ObligationState
    deadline: date | None = Field(description="Last day of the next meeting owed; absent when none is.")
    sentence: str = Field(description="How the body stands, in French.")
    has_planned: bool = Field(description="Whether a meeting is planned.")


async def list_obligations(tx: Tx, scope: Scope, *, now: datetime) -> list[ObligationView]:
    """One line for each body the reader may see."""
    today = local(now).date()
    found = []
    for row in await tx.fetch(_BODIES, *scope.values):
        kind = BodyKind(row["kind"])
        planned = [local(moment).date() for moment in row["planned"]]
        record = Record(
            since=row["effective_on"], held=[local(moment).date() for moment in row["held"]], planned=planned
        )
        standing = assess(rules.cadence(kind, on=today), record, today=today)
        found.append(
            ObligationView(
                body_id=row["id"],
                body_name=row["name"],
                body_kind=kind,
                state=standing.state,
                deadline=standing.deadline,
                sentence=typography(standing.sentence),
                has_planned=any(day >= today for day in planned),
            )
        )
    return found


async def find_obligation(tx: Tx, scope: Scope, body_id: UUID, *, now: datetime) -> ObligationView:
    """Raises NotFound, also for a body that is dissolved."""
    for standing in await list_obligations(tx, scope, now=now):
        if standing.body_id == body_id:
            return standing
    raise NotFound
