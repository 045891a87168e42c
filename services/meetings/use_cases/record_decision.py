"""Record what a meeting decided."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from schemas.events.meetings import DecisionKind
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision
from services.meetings import history, store
from services.meetings.domain import session
from services.meetings.domain.meeting import Meeting
from services.meetings.texts import Line


class RecordDecision(Command):
    """Record what the meeting decided: a direction, an approval, or a task with its due date."""

    decision_id: UUID = Field(description="The decision, chosen by the caller.")
    kind: DecisionKind = Field(description="What kind of decision it is.")
    text: Line = Field(description="What was decided, without any individual situation.")
    owner: Line = Field(description="The office that follows it up.")
    due_on: date | None = Field(default=None, description="Day a task is due; for a task only.")


async def record_decision(meeting_id: UUID, command: RecordDecision, act: Act) -> Decision[Meeting]:
    """Raises DecisionAlreadyRecorded, TaskWithoutDueDate, DueDateNotExpected, DueBeforeMeeting, or why nothing can be
    recorded.
    """
    meeting = act.current(await store.lock_meeting(act.tx, meeting_id))
    decision = session.record_decision(
        meeting,
        command.decision_id,
        kind=command.kind,
        text=command.text,
        owner=command.owner,
        due_on=command.due_on,
        now=act.now,
    )
    await store.save_meeting(act.tx, decision.state)
    history.keep(act, decision)
    return decision
