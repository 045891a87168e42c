"""The letter of a case, made when somebody opens it: its reading is in the access log before the first name is read."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from starlette.responses import Response

from services.cases import reference
from services.cases.domain.access import ReadingReason
from services.cases.domain.days import day_of
from services.cases.domain.recall import Recall
from services.cases.letters import SummonsLetter, summons_pdf
from services.cases.person import OpenedCase
from services.cases.sealed_identity import Purpose
from services.cases.use_cases.read_identity import IdentityReading, ReadIdentity
from services.chassis.http import Look

# No name and no number in the file's name: it ends in histories and shared folders.
_HEADERS = {"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="convocation.pdf"'}


async def open_summons_letter(look: Look, case_id: UUID) -> Response:
    """The letter as PDF. Raises as read_identity, or TownHallUnknown."""
    reading = IdentityReading(purpose=Purpose.LETTER)
    await look.perform(
        reading.read_identity, case_id, ReadIdentity(reason=ReadingReason.PREPARE_SUMMONS), command_id=uuid4()
    )
    assert reading.case is not None
    letter = _letter(reading.case, OpenedCase.of(reading.opened))
    return Response(await asyncio.to_thread(summons_pdf, letter), media_type="application/pdf", headers=_HEADERS)


def _letter(case: Recall, opened: OpenedCase) -> SummonsLetter:
    assert case.summoned_at is not None
    assert case.hearing_at is not None
    assert opened.name is not None
    assert opened.address is not None
    written_on = day_of(case.summoned_at)
    return SummonsLetter(
        reference=case.number,
        town_hall=reference.town_hall(case.commune, written_on),
        written_on=written_on,
        hearing_at=case.hearing_at,
        place=case.hearing_place or "",
        attempt=case.attempts,
        minor=case.minor,
        name=opened.name,
        address=opened.address,
        representatives=opened.representatives or (),
    )
