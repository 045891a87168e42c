"""What falls due by itself, fired by the real timers on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from services.cases.service import SERVICE
from services.chassis.timers import firing as timer_loop
from tests.integration.cases.town import NO_OBSTACLE, Town, report
from tests.support.eventually import eventually


@asynccontextmanager
async def firing(town: Town) -> AsyncIterator[None]:
    """The loop of the timers, until the block ends."""
    loop = asyncio.create_task(timer_loop.run(town.api.running, SERVICE.timers))
    try:
        yield
    finally:
        town.api.running.stopping.set()
        await loop


async def appended(town: Town, name: str) -> int:
    return sum(f".{name}." in kind for kind in await town.api.appended())


async def test_a_reply_that_does_not_come_is_no_clearance(town: Town) -> None:
    case = await town.consulted()
    town.set_day(1, 20)
    async with firing(town):
        await eventually(lambda: appended(town, "ProsecutorReplyTimedOut"))
    shown = (await town.get("coordinator", f"/api/recalls/{case}")).json()
    assert (shown["state"], shown["reply_late"]) == ("consulted", True)


async def test_silence_is_clearance_where_the_protocol_says_so(town: Town) -> None:
    await town.sign_protocol(commune="62548", silence_is_clearance=True)
    case = uuid4()
    await town.put("municipal_police", f"/api/recalls/{case}", report(commune="62548"), commune="62548")
    path = f"/api/recalls/{case}/consultation/{uuid4()}"
    await town.put("coordinator", path, NO_OBSTACLE, commune="62548")
    town.set_day(1, 20)
    async with firing(town):
        await eventually(lambda: appended(town, "ProsecutorClearanceReceived"))
    assert (await town.get("coordinator", f"/api/recalls/{case}", commune="62548")).json()["state"] == "cleared"


async def test_a_reply_in_time_takes_the_timer_back(town: Town) -> None:
    await town.cleared()
    assert await town.api.rows("select * from timer") == []


async def test_reviews_fall_due_three_and_six_months_after_the_hearing(town: Town) -> None:
    await town.heard()
    town.set_day(7, 17)

    async def both() -> bool:
        return await appended(town, "RecallFollowUpDue") == 2

    async with firing(town):
        await eventually(both)


async def test_a_number_called_too_long_ago_is_told(town: Town) -> None:
    path = f"/api/publications/{uuid4()}"
    body = {"kind": "flyer", "title": "Violences : qui appeler", "contacts": [{"number": "17"}]}
    await town.put("coordinator", path, body)
    called = {"number": "17", "verified_on": "2017-01-03"}
    await town.put("coordinator", f"{path}/verifications/{uuid4()}", called)
    town.set_day(7, 4)
    async with firing(town):
        await eventually(lambda: appended(town, "HelplineVerificationDue"))
