"""The annual duty: a plenary in the presence of the members by right. Source: CSI L132-13 II, last paragraph.

The duty is met when every required member by right is present, or represented by somebody specially designated. That
a meeting took place is not enough.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemas.events.bodies import InstitutionKind, Seat
from schemas.events.meetings import Presence
from services.meetings.domain.meeting import Invitation, Meeting


def lacking(meeting: Meeting, kinds: Sequence[InstitutionKind]) -> tuple[InstitutionKind, ...]:
    """Which of the required institutions neither attend nor are lawfully represented, in the order of `kinds`."""
    attending = {
        invitation.kind
        for invitation in meeting.invitations
        if invitation.seat is Seat.BY_RIGHT and _counts(invitation)
    }
    return tuple(kind for kind in kinds if kind not in attending)


def _counts(invitation: Invitation) -> bool:
    if invitation.presence is Presence.REPRESENTED:
        return invitation.mandate is not None
    return invitation.presence is Presence.PRESENT
