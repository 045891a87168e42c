"""Convene a meeting."""

from __future__ import annotations

from uuid import UUID

from services.chassis.act import Act
from services.chassis.decisions import Decision
from services.chassis.french import local
from services.meetings import history, rules, store
from services.meetings.domain.convening import convene
from services.meetings.domain.meeting import Meeting
from services.meetings.use_cases.prepare_convening import PrepareConvening


class ConveneMeeting(PrepareConvening):
    """Convene the institutions that sit in the body. What is absent stays as it is planned or prepared."""


async def convene_meeting(meeting_id: UUID, command: ConveneMeeting, act: Act) -> Decision[Meeting]:
    """Raises NoticeTooShort (which proposes the first lawful date), AgendaMissing, MandatoryAgendaItemMissing,
    BodyWithoutMembers, MeetingInThePast, BodyNotActive, or why the meeting can no longer be convened.
    """
    meeting = act.current(await store.lock_meeting(act.tx, meeting_id))
    body = await store.body_of(act.tx, meeting.body_id)
    in_force = rules.convening_rules(meeting.body_kind, on=local(act.now).date())
    decision = convene(meeting, body, command.letter(meeting), rules=in_force, now=act.now)
    await store.save_meeting(act.tx, decision.state)
    history.keep(act, decision)
    return decision
