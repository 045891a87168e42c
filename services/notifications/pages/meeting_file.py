"""A meeting's calendar entry as a file, for those who were told of it."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from services.chassis.errors import NotFound
from services.chassis.http import Look, Routes
from services.notifications import queries
from services.notifications.domain.calendar_entry import Method, ics
from services.notifications.mail.message import ICS_NAME
from services.notifications.queries import Filter
from services.notifications.visibility import READERS, within_sight

routes = Routes()


@routes.page("/envois/reunions/{meeting_id}/agenda.ics", allow=READERS)
async def meeting_file(look: Look, meeting_id: UUID) -> Response:
    """The entry as it stands now; not there for an institution that was told nothing."""
    _, told = await queries.deliveries(look.tx, within_sight(Filter(about_id=meeting_id), look.by), limit=1, after=0)
    meeting = await queries.meeting(look.tx, meeting_id)
    if meeting is None or not told:
        raise NotFound
    entry = meeting.entry(
        f"{look.settings.public_url}/conseil/reunions/{meeting_id}",
        method=Method.CANCEL if meeting.cancelled else Method.PUBLISH,
    )
    content = ics(entry, organizer=look.settings.mail_from, stamp=look.now)
    headers = {"Content-Disposition": f'attachment; filename="{ICS_NAME}"', "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)
