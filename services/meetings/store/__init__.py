"""The council's aggregates in PostgreSQL. `lock_…` takes the row until the end of the act; lock, then save."""

from services.meetings.store.bodies import (
    body_of,
    constituted_body_of,
    institution_of,
    institutions_of,
    lock_body,
    save_body,
    save_institution,
)
from services.meetings.store.meetings import lock_meeting, meeting_of, save_meeting
from services.meetings.store.plans import lock_plan, save_plan

__all__ = [
    "body_of",
    "constituted_body_of",
    "institution_of",
    "institutions_of",
    "lock_body",
    "lock_meeting",
    "lock_plan",
    "meeting_of",
    "save_body",
    "save_institution",
    "save_meeting",
    "save_plan",
]
